import type { CountryCode } from 'libphonenumber-js/min';

/** A phone number as E.164 (`+4930123456`); undefined when the text is none. */
export type ReadPhone = (text: string) => string | undefined;

/** A number that is already as it should be. Whether somebody answers is not asked. */
const E164 = /^\+[1-9]\d{6,14}$/;

/** Takes only numbers that are written as E.164. */
export const readE164: ReadPhone = (text) => (E164.test(text) ? text : undefined);

/**
 * Reads numbers as people write them; those without a country are taken for numbers of `country` (ISO 3166,
 * like `DE`), or for none when that is not declared. The library and its tables are loaded here, because
 * most commands need neither.
 */
export async function loadPhoneReader(country: string | undefined): Promise<ReadPhone> {
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  return (text) => {
    if (E164.test(text)) return text;
    const phone = parsePhoneNumberFromString(text, country as CountryCode | undefined);
    return phone !== undefined && phone.ext === undefined && phone.isPossible() ? phone.number : undefined;
  };
}
