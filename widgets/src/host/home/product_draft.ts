/** A product being made: what was typed, what is wrong with it, and what goes to the server. Pure. */
import type { CreateProduct } from "../../wire/protocol.gen.js";
import { minorUnits } from "../format.js";
import { addressProblem } from "./source.js";

export interface VariantDraft {
  name: string;
  sku: string;
  price: string;
  was: string;
  stocked: string;
  limit: string;
  /** What counts for the limit: all that was ever bought, the hours of one of the choices, or those in `hours`. */
  window: "" | "24" | "168" | "own";
  hours: string;
}

export interface ProductDraft {
  name: string;
  description: string;
  image: string;
  digital: boolean;
  variants: VariantDraft[];
}

export const emptyVariant = (): VariantDraft => ({
  name: "",
  sku: "",
  price: "",
  was: "",
  stocked: "",
  limit: "5",
  window: "",
  hours: "",
});
export const emptyProduct = (): ProductDraft => ({ name: "", description: "", image: "", digital: false, variants: [emptyVariant()] });

/** By the field's name: `name`, `image`, `0.sku`, `1.price`… */
export type Wrong = Record<string, string>;

function variantWrong(draft: VariantDraft, currency: string, single: boolean, others: readonly string[]): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (draft.name.trim() === "" && !single) wrong["name"] = "Name it: 30 ml, refill…";
  const sku = draft.sku.trim();
  if (sku === "") wrong["sku"] = "Enter a SKU.";
  else if (!/^[A-Za-z0-9._-]{1,64}$/.test(sku)) wrong["sku"] = "Letters, digits, dot, dash, underscore.";
  else if (others.includes(sku.toLowerCase())) wrong["sku"] = "Another variant has this SKU.";
  const price = minorUnits(draft.price, currency);
  if (price === null) wrong["price"] = "A price such as 48.00.";
  if (draft.was.trim() !== "") {
    const was = minorUnits(draft.was, currency);
    if (was === null) wrong["was"] = "A price, or nothing.";
    else if (price !== null && was <= price) wrong["was"] = "Higher than the price, or nothing.";
  }
  if (!/^\d{1,8}$/.test(draft.stocked.trim()) || Number(draft.stocked) > 10_000_000) wrong["stocked"] = "A whole number.";
  const limit = Number(draft.limit);
  if (!/^\d+$/.test(draft.limit.trim()) || limit < 1 || limit > 1000) wrong["limit"] = "1 to 1,000.";
  const hours = Number(draft.hours);
  if (draft.window === "own" && (!/^\d+$/.test(draft.hours.trim()) || hours < 1 || hours > 8760)) wrong["hours"] = "1 to 8,760.";
  return wrong;
}

function windowHours({ window, hours }: VariantDraft): number | null {
  return window === "" ? null : Number(window === "own" ? hours : window);
}

export function productWrong(draft: ProductDraft, currency: string): Wrong {
  const wrong: Wrong = {};
  if (draft.name.trim() === "") wrong["name"] = "Give the product a name.";
  else if (draft.name.trim().length > 200) wrong["name"] = "That name is too long (at most 200 characters).";
  const image = draft.image.trim();
  const imageWrong = image === "" ? "" : addressProblem(image, "the picture");
  if (imageWrong) wrong["image"] = imageWrong;
  draft.variants.forEach((variant, index) => {
    const others = draft.variants.slice(0, index).map((one) => one.sku.trim().toLowerCase());
    const found = variantWrong(variant, currency, draft.variants.length === 1, others);
    for (const [name, words] of Object.entries(found)) wrong[`${index}.${name}`] = words;
  });
  return wrong;
}

/** Only for a draft in which nothing is wrong. */
export function productOf(draft: ProductDraft, currency: string): CreateProduct {
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    image_url: draft.image.trim() || null,
    digital: draft.digital,
    variants: draft.variants.map((variant) => ({
      name: variant.name.trim() || draft.name.trim(),
      sku: variant.sku.trim(),
      price: minorUnits(variant.price, currency) ?? 0,
      was_price: variant.was.trim() === "" ? null : minorUnits(variant.was, currency),
      stocked: Number(variant.stocked),
      limit: Number(variant.limit),
      limit_hours: windowHours(variant),
    })),
  };
}
