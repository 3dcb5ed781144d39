// <il-order>: steps that are brought into order.

import { Placing } from "../placing.js";

customElements.define("il-order", class extends Placing {});
