// What is typed into a card's three fields: how it is grouped, when it is complete, what is wrong with it.

const BRANDS = [
  { name: 'visa', start: /^4/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: 'mastercard', start: /^(5[1-5]|2[2-7])/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: 'amex', start: /^3[47]/, lengths: [15], groups: [4, 6, 5], cvc: 4 },
  { name: 'discover', start: /^6/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: 'diners', start: /^3[068]/, lengths: [14, 16], groups: [4, 4, 4, 4], cvc: 3 },
  { name: 'jcb', start: /^35/, lengths: [16], groups: [4, 4, 4, 4], cvc: 3 },
];
const UNKNOWN = { name: 'unknown', lengths: [16], groups: [4, 4, 4, 4], cvc: 3 };

const digitsOf = (text) => text.replace(/\D/g, '');
const brandOf = (digits) => BRANDS.find((brand) => brand.start.test(digits)) ?? UNKNOWN;

function luhn(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Each field: `format` the digits, say what is `wrong` with them (null, 'incomplete' or 'invalid'). */
const FIELDS = {
  number: {
    label: 'Card number',
    placeholder: '1234 1234 1234 1234',
    autocomplete: 'cc-number',
    name: 'cardnumber',
    longest: (digits) => Math.max(...brandOf(digits).lengths),
    format(digits) {
      const parts = [];
      let at = 0;
      for (const size of brandOf(digits).groups) {
        if (at < digits.length) parts.push(digits.slice(at, at + size));
        at += size;
      }
      return parts.join(' ');
    },
    wrong(digits) {
      if (!brandOf(digits).lengths.includes(digits.length)) return 'incomplete';
      return luhn(digits) ? null : 'invalid';
    },
    messages: { incomplete: 'Your card number is incomplete.', invalid: 'Your card number is invalid.' },
    codes: { incomplete: 'incomplete_number', invalid: 'invalid_number' },
  },
  expiry: {
    label: 'Expiry date, month and year',
    short: 'Expiry date',
    placeholder: 'MM / YY',
    autocomplete: 'cc-exp',
    name: 'exp-date',
    longest: () => 4,
    /** `4` can only be April. A date pasted as 12/2034 is read too. */
    tidy(text) {
      const digits = digitsOf(text);
      if (/^[2-9]/.test(digits)) return `0${digits}`;
      if (/^1\s*\/$/.test(text)) return '01';
      return digits.length === 6 && digits.slice(2, 4) === '20' ? digits.slice(0, 2) + digits.slice(4) : digits;
    },
    format: (digits, deleting) =>
      digits.length > 2 || (digits.length === 2 && !deleting)
        ? `${digits.slice(0, 2)} / ${digits.slice(2)}`
        : digits,
    wrong(digits) {
      const month = Number(digits.slice(0, 2));
      if (digits.length >= 2 && (month < 1 || month > 12)) return 'invalid';
      if (digits.length < 4) return 'incomplete';
      const now = new Date();
      const year = 2000 + Number(digits.slice(2));
      if (year > now.getFullYear() + 50) return 'invalid';
      return year * 12 + month < now.getFullYear() * 12 + now.getMonth() + 1 ? 'past' : null;
    },
    messages: {
      incomplete: 'Your card\u2019s expiration date is incomplete.',
      invalid: 'Your card\u2019s expiration date is invalid.',
      past: 'Your card\u2019s expiration date is in the past.',
    },
    codes: { incomplete: 'incomplete_expiry', invalid: 'invalid_expiry_month', past: 'invalid_expiry_year_past' },
  },
  cvc: {
    label: 'Security code (CVC)',
    placeholder: 'CVC',
    autocomplete: 'cc-csc',
    name: 'cvc',
    longest: (_digits, number) => brandOf(number).cvc,
    format: (digits) => digits,
    wrong: (digits, number) => (digits.length < brandOf(number).cvc ? 'incomplete' : null),
    messages: { incomplete: 'Your card\u2019s security code is incomplete.' },
    codes: { incomplete: 'incomplete_cvc' },
  },
};

/** Puts `text` into the field grouped, the caret after as many digits as before. */
function retype(input, field, number, deleting) {
  const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
  const atEnd = input.selectionStart === input.value.length;
  const raw = field.tidy && !deleting ? field.tidy(input.value) : digitsOf(input.value);
  const digits = raw.slice(0, field.longest(raw, number));
  const text = field.format(digits, deleting);
  if (text === input.value) return digits;
  input.value = text;
  if (!atEnd) {
    let at = 0;
    for (let seen = 0; seen < before && at < text.length; at += 1) if (/\d/.test(text[at])) seen += 1;
    input.setSelectionRange(at, at);
  }
  return digits;
}
