/** The bundle pay.js, loaded by the pay page alone. */
import { PcPay } from "./pay.js";

if (customElements.get("pc-pay") === undefined) customElements.define("pc-pay", PcPay);
