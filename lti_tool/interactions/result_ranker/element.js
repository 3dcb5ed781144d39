// <il-result-ranker>: results that are brought into order.

import { Placing } from "../placing.js";

customElements.define("il-result-ranker", class extends Placing {});
