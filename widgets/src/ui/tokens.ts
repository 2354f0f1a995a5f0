/** The tokens for Lit's shadow roots. Only an outermost element carries them; everything inside inherits. */
import { unsafeCSS } from "lit";

import { tokensText } from "./tokens-text.js";

export const tokens = unsafeCSS(tokensText);
