// The bank's page, as Stripe's test mode shows it: one button that agrees, one that does not.

const DIALOG_CSS = `
dialog { box-sizing: border-box; width: min(400px, calc(100vw - 32px)); padding: 24px; border: 0; border-radius: 12px;
  background: Canvas; color: CanvasText; box-shadow: 0 12px 40px rgb(0 0 0 / .28);
  font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark; }
dialog::backdrop { background: rgb(20 18 12 / .5); }
h2 { margin: 0 0 4px; font-size: 20px; line-height: 1.3; }
p { margin: 0 0 16px; }
.amount { font-weight: 600; font-variant-numeric: tabular-nums; }
.note { margin-bottom: 20px; font-size: 14px; opacity: .75; }
.buttons { display: flex; gap: 12px; }
button { flex: 1; min-height: 44px; padding: 0 16px; border-radius: 8px; border: 1px solid currentColor;
  background: none; color: inherit; font: inherit; cursor: pointer; }
button.yes { border-color: #1f6f43; background: #1f6f43; color: #fff; }
button:focus-visible { outline: 2px solid #1f6f43; outline-offset: 2px; }`;

function money(amount, currency) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** Resolves true when the person agreed, false when not, or when the page was closed. */
function authenticate(intent) {
  return new Promise((resolve) => {
    const host = document.createElement('div');
    host.dataset.stripe3ds = '';
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(DIALOG_CSS);
    root.adoptedStyleSheets = [sheet];
    root.innerHTML = `<dialog aria-labelledby="title" aria-describedby="note">
      <h2 id="title">3-D Secure test page</h2>
      <p>Confirm a payment of <span class="amount"></span>?</p>
      <p class="note" id="note">A test: your bank\u2019s own page would be here, and no money moves.</p>
      <div class="buttons"><button type="button" class="no">Fail</button>
      <button type="button" class="yes" autofocus>Complete</button></div></dialog>`;
    root.querySelector('.amount').textContent = money(intent.amount, intent.currency);
    const dialog = root.querySelector('dialog');
    let agreed = false;
    dialog.addEventListener('close', () => { host.remove(); resolve(agreed); });
    root.querySelector('.yes').addEventListener('click', () => { agreed = true; dialog.close(); });
    root.querySelector('.no').addEventListener('click', () => dialog.close());
    document.body.append(host);
    dialog.showModal();
  });
}
