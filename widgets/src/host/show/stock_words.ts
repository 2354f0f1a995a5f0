/** Stock as the panel says it: exact, since the host decides by it; "sold out" as a word. */
import { html, type TemplateResult } from "lit";
import { count } from "../format.js";

export const leftWords = (left: number | undefined): string =>
  left === undefined ? "–" : left === 0 ? "sold out" : left === 1 ? "last one" : `${count(left)} left`;

/** How near to the end it is, for the colour beside the word. */
export const leftClass = (left: number | undefined): string => (left === 0 ? "out" : left !== undefined && left < 6 ? "few" : "");

export const leftTag = (left: number | undefined): TemplateResult =>
  html`<span class="left num ${leftClass(left)}">${leftWords(left)}</span>`;
