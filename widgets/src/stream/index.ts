/** The bundle stream.js: the whole element, and the tag that embedders use, if the loader has not defined it already. */
import { defineTag } from "../embed/element.js";
import { PcStream } from "./stream.js";

if (customElements.get("pc-stream") === undefined) customElements.define("pc-stream", PcStream);
defineTag(new URL(import.meta.url).origin);
