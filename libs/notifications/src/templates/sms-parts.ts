/** The characters of GSM 03.38 that take one unit, and those of its extension, which take two: an escape and a character. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION = new Set('\f^{}\\[~]|€');

/** How many units one message takes, and each part of a longer one. */
const GSM = { single: 160, part: 153 };
const UTF_16 = { single: 70, part: 67 };

export interface SmsParts {
  /** Of the encoding that the text needs: septets of GSM, else code units of UTF-16. */
  readonly units: number;
  /** How many messages it is sent, and paid, as. */
  readonly parts: number;
}

/** How a text goes over the network. No character is split between two parts. */
export function smsParts(text: string): SmsParts {
  const characters = [...text];
  const isGsm = characters.every((character) => BASIC.has(character) || EXTENSION.has(character));
  const sizes = characters.map((character) => (isGsm ? (EXTENSION.has(character) ? 2 : 1) : character.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const { single, part } = isGsm ? GSM : UTF_16;
  return { units, parts: units <= single ? 1 : partsOf(sizes, part) };
}

function partsOf(sizes: readonly number[], room: number): number {
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}
