/**
 * The one file that knows Stripe.js. Card data goes from Stripe's own fields to Stripe; this page, and our server, never
 * see it. With real Stripe: Payment Element and Express Checkout Element. With the local stand-in: the Card Element.
 */
import type {
  Appearance,
  PaymentIntentResult,
  Stripe,
  StripeConstructor,
  StripeElements,
  StripeError,
} from "@stripe/stripe-js";

import type { BrowserStripe } from "../wire/protocol.gen.js";

/** Stripe or its script is away; nothing was charged. */
export class StripeAway extends Error {}

export type Answer =
  /** `settled`: the bank has said yes. Else it is still thinking, and the server will hear. */
  | { kind: "accepted"; settled: boolean }
  /** The buyer may try again. `decline`: the bank's reason, where it gave one. */
  | { kind: "declined"; code: string; decline: string; message: string }
  /** Something in the form; Stripe's field shows it as well. */
  | { kind: "incomplete"; message: string }
  | { kind: "away" };

export interface CardForm {
  /** Whether a wallet button is shown above the form. */
  readonly express: boolean;
  confirm(email: string): Promise<Answer>;
  lock(locked: boolean): void;
  /** The amount was changed at Stripe: wallets show it. */
  refresh(): Promise<void>;
  close(): void;
}

export interface CardFormOptions {
  stripe: BrowserStripe;
  clientSecret: string;
  /** In the page's own tree: Stripe's fields can't live under a shadow root. */
  cardHost: HTMLElement;
  expressHost: HTMLElement;
  colours: Colours;
  onTyped: () => void;
  /** `message`: what is wrong with what was typed, or nothing. */
  onChange: (complete: boolean, message: string) => void;
  /** A wallet's own button was used. */
  onExpress: (email: string) => void;
}

export interface Colours {
  ink: string;
  muted: string;
  paper: string;
  accent: string;
  bad: string;
  font: string;
}

const SCRIPT_MS = 12_000;
let loading: Promise<StripeConstructor> | undefined;

function script(address: string): Promise<StripeConstructor> {
  loading ??= new Promise<StripeConstructor>((loaded, failed) => {
    const tag = document.createElement("script");
    const timer = setTimeout(() => failed(new StripeAway("the script did not come in time")), SCRIPT_MS);
    tag.src = address;
    tag.onload = () => {
      clearTimeout(timer);
      const make = (window as { Stripe?: StripeConstructor }).Stripe;
      if (make === undefined) failed(new StripeAway("the script brought no Stripe"));
      else loaded(make);
    };
    tag.onerror = () => {
      clearTimeout(timer);
      tag.remove();
      failed(new StripeAway("the script can't be loaded"));
    };
    document.head.append(tag);
  }).catch((thrown: unknown) => {
    loading = undefined;
    throw thrown;
  });
  return loading;
}

/** Mounts the fields. @throws StripeAway */
export async function openCardForm(options: CardFormOptions): Promise<CardForm> {
  const make = await script(options.stripe.script_url);
  const stripe = make(options.stripe.publishable_key);
  return options.stripe.stand_in ? standInForm(stripe, options) : paymentForm(stripe, options);
}

async function standInForm(stripe: Stripe, options: CardFormOptions): Promise<CardForm> {
  const { ink, muted, bad, font, accent } = options.colours;
  const card = stripe.elements().create("card", {
    hidePostalCode: true,
    style: {
      base: { color: ink, fontFamily: font, fontSize: "16px", iconColor: muted, "::placeholder": { color: muted } },
      invalid: { color: bad, iconColor: accent },
    },
  });
  const ready = new Promise<void>((is) => card.on("ready", () => is()));
  card.on("change", (event) => {
    if (!event.empty) options.onTyped();
    options.onChange(event.complete, event.error?.message ?? "");
  });
  card.mount(options.cardHost);
  await ready;
  return {
    express: false,
    confirm: (email) =>
      answered(
        stripe.confirmCardPayment(options.clientSecret, {
          payment_method: { card, billing_details: { email } },
        }),
      ),
    lock: (disabled) => card.update({ disabled }),
    refresh: () => Promise.resolve(),
    close: () => card.destroy(),
  };
}

async function paymentForm(stripe: Stripe, options: CardFormOptions): Promise<CardForm> {
  const { clientSecret } = options;
  const elements = stripe.elements({ clientSecret, appearance: appearance(options.colours) });
  // The e-mail has a field of ours, above: the order needs it too.
  const payment = elements.create("payment", { fields: { billingDetails: { email: "never" } } });
  const ready = new Promise<void>((is, no) => {
    payment.on("ready", () => is());
    payment.on("loaderror", () => no(new StripeAway("the fields can't be loaded")));
  });
  payment.on("change", (event) => {
    if (!event.empty) options.onTyped();
    options.onChange(event.complete, "");
  });
  payment.mount(options.cardHost);
  const express = await expressButtons(elements, options);
  await ready;
  return {
    express,
    confirm: (email) =>
      answered(
        stripe.confirmPayment({
          elements,
          clientSecret,
          confirmParams: {
            return_url: location.href,
            receipt_email: email,
            payment_method_data: { billing_details: { email } },
          },
          redirect: "if_required",
        }),
      ),
    lock: (readOnly) => payment.update({ readOnly }),
    refresh: async () => {
      const { error } = await elements.fetchUpdates();
      if (error !== undefined) throw new StripeAway("the new amount can't be fetched");
    },
    close: () => payment.destroy(),
  };
}

/** Apple Pay, Google Pay, Link: where the browser and the account have them. They bring the e-mail along. */
function expressButtons(elements: StripeElements, options: CardFormOptions): Promise<boolean> {
  const express = elements.create("expressCheckout", { emailRequired: true });
  return new Promise((known) => {
    const timer = setTimeout(() => known(false), 3_000);
    express.on("ready", ({ availablePaymentMethods }) => {
      clearTimeout(timer);
      known(availablePaymentMethods !== undefined);
    });
    express.on("confirm", ({ billingDetails }) => options.onExpress(billingDetails?.email ?? ""));
    express.mount(options.expressHost);
  });
}

async function answered(asked: Promise<PaymentIntentResult>): Promise<Answer> {
  let result: PaymentIntentResult;
  try {
    result = await asked;
  } catch {
    return { kind: "away" };
  }
  const { paymentIntent, error } = result;
  if (error !== undefined) return refused(error);
  const status = paymentIntent?.status;
  return { kind: "accepted", settled: status === "succeeded" };
}

function refused(error: StripeError): Answer {
  if (error.type === "validation_error") return { kind: "incomplete", message: error.message ?? "" };
  const { code = "", decline_code: decline = "", message = "" } = error;
  // The payment went through already, in another window or before a lost answer.
  if (code === "payment_intent_unexpected_state" && error.payment_intent?.status === "succeeded") {
    return { kind: "accepted", settled: true };
  }
  if (error.type === "card_error" || code === "payment_intent_authentication_failure") {
    return { kind: "declined", code, decline, message };
  }
  return { kind: "away" };
}

function appearance(colours: Colours): Appearance {
  return {
    theme: "stripe",
    variables: {
      colorText: colours.ink,
      colorTextSecondary: colours.muted,
      colorBackground: colours.paper,
      colorPrimary: colours.accent,
      colorDanger: colours.bad,
      fontFamily: colours.font,
      fontSizeBase: "16px",
      borderRadius: "10px",
    },
  };
}
