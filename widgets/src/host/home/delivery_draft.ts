/** A shop's delivery being changed: what was typed, what is wrong with it, and what goes to the server. Pure. */
import type { ShopDelivery } from "../../wire/protocol.gen.js";
import { newKey } from "../../wire/keys.js";
import { minorUnits } from "../format.js";

export interface RateDraft {
  id: string;
  label: string;
  price: string;
  free: string;
  from: string;
  to: string;
}

export interface ZoneDraft {
  name: string;
  countries: string;
  elsewhere: boolean;
  rates: RateDraft[];
}

export interface DeliveryDraft {
  zones: ZoneDraft[];
  home: string;
  inclusive: boolean;
  taxes: { country: string; percent: string }[];
}

/** By the field's name: `home`, `0.name`, `0.1.price`, `tax.0.percent`… */
export type Wrong = Record<string, string>;

export const emptyRate = (): RateDraft => ({ id: newKey("rate"), label: "", price: "", free: "", from: "2", to: "4" });
export const emptyZone = (): ZoneDraft => ({ name: "", countries: "", elsewhere: false, rates: [emptyRate()] });

const zeroDecimal = (currency: string): boolean => minorUnits("1", currency) === 1;

function priceText(minor: number, currency: string): string {
  return zeroDecimal(currency) ? String(minor) : (minor / 100).toFixed(2);
}

/** `DE, at fr` -> `["DE", "AT", "FR"]`. */
export const codes = (text: string): string[] => [...new Set(text.toUpperCase().split(/[\s,;]+/).filter(Boolean))];

/** `19`, `19.5`, `7,25` as basis points; null when it is no share. */
export function basisPoints(text: string): number | null {
  const found = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim().replace(/\s*%$/, ""));
  if (!found) return null;
  const rate = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return rate <= 10_000 ? rate : null;
}

export function draftOf(delivery: ShopDelivery, currency: string): DeliveryDraft {
  return {
    zones: (delivery.zones ?? []).map((zone) => ({
      name: zone.name,
      countries: (zone.countries ?? []).join(", "),
      elsewhere: zone.elsewhere ?? false,
      rates: zone.rates.map((rate) => ({
        id: rate.id,
        label: rate.label,
        price: priceText(rate.price, currency),
        free: rate.free_from == null ? "" : priceText(rate.free_from, currency),
        from: String(rate.min_days ?? 0),
        to: String(rate.max_days ?? 365),
      })),
    })),
    home: delivery.home ?? "",
    inclusive: delivery.tax_inclusive ?? true,
    taxes: (delivery.taxes ?? []).map(({ country, rate }) => ({ country, percent: String(rate / 100) })),
  };
}

/** `known`: whether a code is a country's. */
export function deliveryWrong(draft: DeliveryDraft, currency: string, known: (code: string) => boolean): Wrong {
  const wrong: Wrong = {};
  const seen = new Set<string>();
  const day = (text: string): boolean => /^\d{1,3}$/.test(text.trim()) && Number(text) <= 365;
  draft.zones.forEach((zone, at) => {
    if (zone.name.trim() === "") wrong[`${at}.name`] = "Name it: Home, Europe…";
    const named = codes(zone.countries);
    const bad = named.find((code) => !known(code));
    const twice = named.find((code) => seen.has(code));
    if (bad !== undefined) wrong[`${at}.countries`] = `${bad} is no country's code of two letters.`;
    else if (twice !== undefined) wrong[`${at}.countries`] = `${twice} is in another zone already.`;
    else if (named.length === 0 && !zone.elsewhere) wrong[`${at}.countries`] = "Name a country, or tick everywhere else.";
    for (const code of named) seen.add(code);
    if (zone.elsewhere && draft.zones.slice(0, at).some((one) => one.elsewhere)) wrong[`${at}.countries`] = "Another zone is everywhere else already.";
    zone.rates.forEach((rate, number) => {
      const name = (field: string): string => `${at}.${number}.${field}`;
      if (rate.label.trim() === "") wrong[name("label")] = "Name it: Post, Express…";
      if (minorUnits(rate.price, currency) === null) wrong[name("price")] = "A price such as 4.90, or 0.";
      if (rate.free.trim() !== "" && minorUnits(rate.free, currency) === null) wrong[name("free")] = "A price, or nothing.";
      if (!day(rate.from)) wrong[name("from")] = "0 to 365.";
      if (!day(rate.to)) wrong[name("to")] = "0 to 365.";
      else if (day(rate.from) && Number(rate.from) > Number(rate.to)) wrong[name("to")] = "Not below the first.";
    });
  });
  if (draft.home.trim() !== "" && !known(draft.home.trim().toUpperCase())) wrong["home"] = "A country's code of two letters.";
  draft.taxes.forEach(({ country, percent }, at) => {
    const code = country.trim().toUpperCase();
    if (!known(code)) wrong[`tax.${at}.country`] = "A code of two letters.";
    else if (draft.taxes.slice(0, at).some((one) => one.country.trim().toUpperCase() === code)) wrong[`tax.${at}.country`] = "It has a rate already.";
    if (basisPoints(percent) === null) wrong[`tax.${at}.percent`] = "0 to 100, two decimals.";
  });
  return wrong;
}

/** Only for a draft in which nothing is wrong. */
export function deliveryOf(draft: DeliveryDraft, currency: string): ShopDelivery {
  return {
    zones: draft.zones.map((zone) => ({
      name: zone.name.trim(),
      countries: codes(zone.countries),
      elsewhere: zone.elsewhere,
      rates: zone.rates.map((rate) => ({
        id: rate.id,
        label: rate.label.trim(),
        price: minorUnits(rate.price, currency) ?? 0,
        free_from: rate.free.trim() === "" ? null : minorUnits(rate.free, currency),
        min_days: Number(rate.from),
        max_days: Number(rate.to),
      })),
    })),
    home: draft.home.trim().toUpperCase() || null,
    tax_inclusive: draft.inclusive,
    taxes: draft.taxes.map(({ country, percent }) => ({ country: country.trim().toUpperCase(), rate: basisPoints(percent) ?? 0 })),
  };
}
