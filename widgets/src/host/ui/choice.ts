/** One of several, as a pill with a radio in it. */
import { html, type TemplateResult } from "lit";

export function choice(
  group: string,
  value: string,
  words: string,
  now: string,
  choose: (value: string) => void,
  of = "stream",
): TemplateResult {
  return html`<label class="choice">
    <input
      type="radio"
      name=${group}
      .checked=${now === value}
      data-pc="${of}-${group}-${value.replace(/ /g, "-") || "none"}"
      @change=${() => choose(value)}
    />${words}
  </label>`;
}
