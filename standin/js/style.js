// How the card looks: one row (`card`), or three labelled boxes (`payment`).

const ROW_CSS = `
:host { display: block; }
.fields { position: relative; display: flex; flex-wrap: wrap; gap: 4px 10px; font-size: 16px; }
.fields:has(.brand) { padding-left: 34px; }
.brand { position: absolute; left: 0; top: 4px; width: 24px; height: 16px; color: inherit; opacity: .75; }
label { display: block; min-width: 0; }
label.number { flex: 1 1 10.9em; }
.rest { display: flex; gap: 10px; }
label.expiry { width: 4.1em; }
label.cvc { width: 2.8em; }
.word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
input { box-sizing: border-box; width: 100%; margin: 0; padding: 0; border: 0; outline: 0; background: none;
  font: inherit; font-size: 16px; line-height: 1.5; color: inherit; letter-spacing: inherit;
  font-variant-numeric: tabular-nums; }
input::placeholder { color: currentColor; opacity: .55; }
input[aria-invalid="true"] { color: #b3261e; }
input:disabled { opacity: .5; }`;

const BOXES_CSS = `
:host { display: block; --color-text: CanvasText; --color-background: Canvas; --color-primary: #0b57d0;
  --color-danger: #b3261e; --radius: 6px; --unit: 4px; color: var(--color-text); }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: calc(var(--unit) * 3); }
.brand { display: none; }
.rest { display: contents; }
label.number { grid-column: 1 / -1; }
.word { display: block; margin-bottom: var(--unit); font-size: 14px; }
input { box-sizing: border-box; width: 100%; min-height: 44px; margin: 0; padding: 8px calc(var(--unit) * 3);
  border: 1px solid color-mix(in srgb, var(--color-text) 25%, transparent); border-radius: var(--radius);
  background: var(--color-background); color: inherit; font: inherit; font-size: 16px;
  font-variant-numeric: tabular-nums; }
input::placeholder { color: currentColor; opacity: .55; }
input:focus { outline: 2px solid var(--color-primary); outline-offset: 1px; }
input[aria-invalid="true"] { color: var(--color-danger); border-color: var(--color-danger); }
input:disabled { opacity: .5; }`;

const CARD_SVG = `<svg class="brand" viewBox="0 0 24 16" fill="none" stroke="currentColor" stroke-width="1.5"
  aria-hidden="true"><rect x=".75" y=".75" width="22.5" height="14.5" rx="2.5"/><path d="M1 5h22M4 11h5"/></svg>`;

const STATES = [['base', ''], ['complete', '.complete'], ['invalid', '[aria-invalid="true"]']];
const VARIABLES = {
  colorText: '--color-text', colorBackground: '--color-background', colorPrimary: '--color-primary',
  colorDanger: '--color-danger', borderRadius: '--radius', spacingUnit: '--unit',
  fontFamily: 'font-family', fontSizeBase: 'font-size',
};

/** Writes the page's wishes into `sheet`: the `style` of a card, the `appearance` of a Payment Element. */
function restyle(sheet, type, style, appearance) {
  sheet.replaceSync('');
  const rule = (selector, values) => {
    const plain = Object.entries(values ?? {}).filter(([, value]) => typeof value === 'string');
    if (!plain.length) return;
    const at = sheet.insertRule(`${selector} {}`, sheet.cssRules.length);
    for (const [name, value] of plain) {
      const css = (type === 'payment' && VARIABLES[name]) || name;
      const kebab = css.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      sheet.cssRules[at].style.setProperty(kebab, value);
    }
  };
  if (type === 'payment') {
    rule(':host', appearance.variables);
    return;
  }
  for (const [state, suffix] of STATES) {
    const values = style?.[state];
    rule(`input${suffix}`, values);
    const placeholder = values?.['::placeholder'];
    rule(`input${suffix}::placeholder`, placeholder && { opacity: '1', ...placeholder });
    rule(`input${suffix}:focus`, values?.[':focus']);
    if (state === 'base' && values?.iconColor) rule('.brand', { color: values.iconColor, opacity: '1' });
  }
}
