// <il-shelf-order>: books that are brought into order.

import { Placing } from "../placing.js";

customElements.define("il-shelf-order", class extends Placing {});
