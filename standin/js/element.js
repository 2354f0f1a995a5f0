// The card in the page: its three fields, what they say to the page, and what is sent.

class CardElement {
  constructor(type, options, appearance) {
    this._type = type;
    this._options = { ...options };
    this._appearance = appearance ?? {};
    this._listeners = new Map();
    this._digits = { number: '', expiry: '', cvc: '' };
    this._touched = new Set();
    this._host = null;
  }

  mount(target) {
    const parent = typeof target === 'string' ? document.querySelector(target) : target;
    if (!(parent instanceof window.Element)) throw new Error('mount() needs an element, or a selector of one.');
    if (this._host) this.unmount();
    if (parent.getRootNode() instanceof ShadowRoot) {
      console.warn('Stripe.js proper does not work inside a shadow root; this stand-in happens to.');
    }
    this._parent = parent;
    this._host = document.createElement('div');
    const root = this._host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(this._type === 'card' ? ROW_CSS : BOXES_CSS);
    this._style = new CSSStyleSheet();
    root.adoptedStyleSheets = [sheet, this._style];
    const fields = document.createElement('div');
    fields.className = 'fields';
    if (!this._options.hideIcon) fields.innerHTML = CARD_SVG;
    this._inputs = {};
    const rest = document.createElement('div'); // stays together when a narrow page breaks the row
    rest.className = 'rest';
    rest.append(this._build('expiry', FIELDS.expiry), this._build('cvc', FIELDS.cvc));
    fields.append(this._build('number', FIELDS.number), rest);
    root.append(fields);
    parent.replaceChildren(this._host);
    parent.classList.add('StripeElement');
    this._restyle();
    this._mark();
    queueMicrotask(() => this._emit('ready', { elementType: this._type }));
    return this;
  }

  _build(key, field) {
    const label = document.createElement('label');
    label.className = key;
    const word = document.createElement('span');
    word.className = 'word';
    word.textContent = (this._type === 'payment' && field.short) || field.label;
    const input = document.createElement('input');
    Object.assign(input, { type: 'text', inputMode: 'numeric', name: field.name, spellcheck: false });
    input.placeholder = field.placeholder;
    input.autocomplete = field.autocomplete;
    input.setAttribute('aria-label', field.label);
    input.value = field.format(this._digits[key]);
    input.disabled = Boolean(this._options.disabled);
    input.addEventListener('input', (event) => this._typed(key, event));
    input.addEventListener('keydown', (event) => this._pressed(key, event));
    input.addEventListener('focus', () => { this._mark(); this._emit('focus', { elementType: this._type }); });
    input.addEventListener('blur', () => {
      this._touched.add(key);
      this._changed();
      this._emit('blur', { elementType: this._type });
    });
    this._inputs[key] = input;
    label.append(word, input);
    return label;
  }

  _typed(key, event) {
    const input = this._inputs[key];
    const field = FIELDS[key];
    const deleting = (event.inputType ?? '').startsWith('delete');
    this._touched.delete(key);
    this._digits[key] = retype(input, field, this._digits.number, deleting);
    const full = this._digits[key].length === field.longest(this._digits[key], this._digits.number);
    if (full) this._touched.add(key);
    this._changed();
    const atEnd = input.selectionStart === input.value.length;
    const next = { number: 'expiry', expiry: 'cvc' }[key];
    if (full && atEnd && !deleting && next && !this._wrong(key)) this._inputs[next].focus();
  }

  _pressed(key, event) {
    const previous = { expiry: 'number', cvc: 'expiry' }[key];
    if (event.key === 'Backspace' && previous && this._inputs[key].value === '') {
      event.preventDefault();
      this._inputs[previous].focus();
    } else if (event.key === 'Enter') {
      this._host.closest('form')?.requestSubmit();
    } else if (event.key === 'Escape') {
      this._emit('escape', { elementType: this._type });
    }
  }

  _wrong(key) {
    return FIELDS[key].wrong(this._digits[key], this._digits.number);
  }

  /** The first thing that is wrong; what was not finished typing counts only when `all`. */
  _error(all) {
    for (const [key, field] of Object.entries(FIELDS)) {
      const wrong = this._wrong(key);
      if (wrong && (all || (this._touched.has(key) && this._digits[key] !== ''))) {
        return { type: 'validation_error', code: field.codes[wrong], message: field.messages[wrong] };
      }
    }
    return undefined;
  }

  _changed() {
    const state = this._mark();
    const seen = JSON.stringify(state);
    if (seen === this._seen) return;
    this._seen = seen;
    const own = this._type === 'card' ? { value: { postalCode: '' } } : { collapsed: false, value: { type: 'card' } };
    this._emit('change', { elementType: this._type, ...state, ...own });
  }

  _mark() {
    if (!this._host) return {};
    for (const [key, input] of Object.entries(this._inputs)) {
      const wrong = this._wrong(key);
      const shown = Boolean(wrong) && this._touched.has(key) && this._digits[key] !== '';
      input.setAttribute('aria-invalid', String(shown));
      input.classList.toggle('complete', !wrong);
    }
    const error = this._error(false);
    const empty = Object.values(this._digits).every((digits) => digits === '');
    const complete = Object.keys(FIELDS).every((key) => !this._wrong(key));
    const marks = {
      StripeElement: true, 'StripeElement--empty': empty, 'StripeElement--complete': complete,
      'StripeElement--invalid': Boolean(error), 'StripeElement--focus': Boolean(this._host.shadowRoot.activeElement),
    };
    for (const [name, on] of Object.entries(marks)) this._parent.classList.toggle(name, on);
    return { empty, complete, brand: brandOf(this._digits.number).name, error };
  }

  _restyle() {
    restyle(this._style, this._type, this._options.style, this._appearance);
  }

  /** What createPaymentMethod sends; or the reason why it can't be sent. */
  _read() {
    for (const key of Object.keys(FIELDS)) this._touched.add(key);
    this._changed();
    const error = this._error(true);
    if (error) {
      Object.entries(this._inputs ?? {}).find(([key]) => this._wrong(key))?.[1].focus();
      return { error };
    }
    const { number, expiry, cvc } = this._digits;
    return { card: { number, exp_month: expiry.slice(0, 2), exp_year: expiry.slice(2), cvc } };
  }

  update(options) {
    Object.assign(this._options, options);
    if (!this._host) return;
    for (const input of Object.values(this._inputs)) input.disabled = Boolean(this._options.disabled);
    this._restyle();
  }

  unmount() {
    this._host?.remove();
    this._host = null;
    this._parent?.classList.remove('StripeElement');
  }

  destroy() { this.unmount(); this._listeners.clear(); this._destroyed = true; this._gone?.(); }
  focus() { this._inputs?.number.focus(); }
  blur() { this._host?.shadowRoot.activeElement?.blur(); }
  collapse() {}

  clear() {
    this._touched.clear();
    for (const key of Object.keys(FIELDS)) {
      this._digits[key] = '';
      if (this._inputs) this._inputs[key].value = '';
    }
    this._changed();
  }

  on(name, handler) {
    this._listeners.set(name, [...(this._listeners.get(name) ?? []), handler]);
    return this;
  }

  once(name, handler) {
    const wrapped = (event) => { this.off(name, wrapped); handler(event); };
    return this.on(name, wrapped);
  }

  off(name, handler) {
    const kept = (this._listeners.get(name) ?? []).filter((one) => handler && one !== handler);
    this._listeners.set(name, kept);
    return this;
  }

  _emit(name, event) {
    for (const handler of this._listeners.get(name) ?? []) handler(event);
  }
}

/** Apple Pay, Google Pay and the like: this machine has none, which Stripe.js says just so. */
class ExpressElement extends CardElement {
  mount(target) {
    const parent = typeof target === 'string' ? document.querySelector(target) : target;
    this._parent = parent;
    queueMicrotask(() => this._emit('ready', { elementType: 'expressCheckout', availablePaymentMethods: undefined }));
    return this;
  }

  update() {}
}
