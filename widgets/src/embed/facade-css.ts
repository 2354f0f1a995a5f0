/** The facade stands where the stream will stand, in the same shape, so that nothing on the page moves when it comes. */
export const facadeText = `
:host { display: block; contain: layout; container-type: inline-size; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
.facade {
  container-type: inline-size;
  overflow: hidden;
  width: 100%;
  border-radius: var(--pc-stage-radius, var(--pc-radius));
  background: var(--pc-stage);
  color: var(--pc-on-video);
  font: 400 var(--pc-text-2)/1.45 var(--pc-font);
}
.box { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); height: var(--pc-height, auto); }
.top { min-height: 68px; padding: 8px 16px; align-content: center; }
.top strong { display: block; font-size: var(--pc-text-3); font-weight: 600; line-height: 1.3; }
.top:empty::before, .top:empty::after {
  content: "";
  display: block;
  width: min(220px, 60%);
  height: 14px;
  margin: 4px 0 10px;
  border-radius: 6px;
  background: rgb(255 255 255 / 12%);
  animation: late 0s 300ms both;
}
.top:empty::after { width: min(130px, 40%); margin-bottom: 0; }
@keyframes late { from { opacity: 0; } }
.view { position: relative; width: 100%; aspect-ratio: var(--pc-ratio, 16 / 9); }
img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
button {
  position: absolute;
  inset: 0;
  width: max-content;
  height: max-content;
  min-height: 52px;
  margin: auto;
  padding: 0 22px 0 18px;
  border: 0;
  border-radius: 999px;
  background: var(--pc-accent);
  color: var(--pc-on-accent);
  font: 600 var(--pc-text-2)/1 var(--pc-font);
  cursor: pointer;
}
button:focus-visible { outline: 2px solid var(--pc-accent); outline-offset: 2px; box-shadow: 0 0 0 2px #fff; }
button svg { vertical-align: -5px; margin-inline-end: 8px; }
@container (max-width: 639px) {
  .top { min-height: 84px; padding: 12px; align-content: start; }
  .top strong { font-size: var(--pc-text-2); }
  .view { aspect-ratio: var(--pc-ratio-narrow, 3 / 4); min-height: 500px; }
  .view img { height: auto; aspect-ratio: 16 / 9; }
  button { inset: calc(28cqw - 26px) 0 auto; }
}
:host([chat="open"]) .facade { margin-bottom: calc(min(560px, 78dvh) + 12px); }
@container (min-width: 960px) {
  :host([chat="open"]) .facade { width: calc(100% - 352px); margin-bottom: 0; }
}
.trouble {
  position: absolute;
  inset: 0;
  display: grid;
  align-content: center;
  justify-items: center;
  gap: 8px;
  padding: 32px 24px;
  background: rgb(14 12 8 / 78%);
  text-align: center;
}
.trouble b { max-width: 34ch; font-size: var(--pc-text-3); font-weight: 600; line-height: 1.3; }
.trouble p { max-width: 52ch; margin: 0; overflow-wrap: anywhere; }
`;
