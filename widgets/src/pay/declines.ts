/** What a bank's refusal means for the buyer. By Stripe's codes; the bank's own reason comes first. */

const WORDS: Record<string, string> = {
  insufficient_funds: "There is not enough money on this card.",
  expired_card: "This card has expired.",
  incorrect_cvc: "The security code is not right.",
  invalid_cvc: "The security code is not right.",
  incorrect_number: "The card number is not right.",
  invalid_number: "The card number is not right.",
  invalid_expiry_month: "The expiry date is not right.",
  invalid_expiry_year: "The expiry date is not right.",
  card_not_supported: "This card can't be used for this purchase.",
  currency_not_supported: "This card can't be used in this currency.",
  card_velocity_exceeded: "The card's limit is reached.",
  withdrawal_count_limit_exceeded: "The card's limit is reached.",
  processing_error: "The bank could not process the card just now.",
  issuer_not_available: "The bank could not be reached just now.",
  try_again_later: "The bank could not process the card just now.",
  authentication_required: "The bank wants you to confirm the payment.",
  payment_intent_authentication_failure: "The bank could not confirm that it was you.",
};

/** One sentence: why. Never more than the bank said; a stolen card hears the same as any other. */
export function declineWords(code: string, decline: string): string {
  return WORDS[decline] ?? WORDS[code] ?? "Your bank declined the card.";
}
