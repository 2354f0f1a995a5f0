import type { PinView } from "../wire/protocol.gen.js";

/** What is held, as the card needs it even when the pin is taken down meanwhile. */
export interface Item {
  pin: string;
  product: string;
  variant: string;
  name: string;
  /** Empty when the product has one variant only. */
  variantName: string;
  imageUrl: string | null;
  price: number;
  currency: string;
}

export function itemOf(pin: PinView, variantId: string): Item | undefined {
  const { product } = pin;
  const variant = product.variants.find((one) => one.id === variantId);
  if (variant === undefined) return undefined;
  return {
    pin: pin.id,
    product: product.id,
    variant: variant.id,
    name: product.name,
    variantName: product.variants.length > 1 ? variant.name : "",
    imageUrl: product.image_url,
    price: variant.price,
    currency: product.currency,
  };
}
