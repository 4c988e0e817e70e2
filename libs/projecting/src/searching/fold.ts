/**
 * A text in the form in which texts are compared when somebody searches: without regard to case, width (`Ｔａｒｏ`, `ﾀﾛｳ`),
 * accents, apostrophes, hiragana or katakana, and how Unicode writes a letter. What is stored and what is asked for are
 * both folded, so equal letters are equal characters.
 *
 * Words are parted by one space, lines by line feeds.
 */
export const folded = (text: string): string =>
  text
    .split('\n')
    .map(foldedLine)
    .filter((line) => line !== '')
    .join('\n');

const foldedLine = (line: string): string =>
  // Upper case first: ß is SS only there.
  line
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(UNDECOMPOSED, (letter) => BASE[letter] ?? letter)
    .replace(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - KANA_SHIFT))
    .normalize('NFC')
    .replace(UNHEARD, '')
    .replace(/\p{Pd}/gu, '-')
    .replace(PAUSES, ' ')
    .trim();

/**
 * Marks that letters of any script may carry, but those that make another kana of one (が of か). The vowels of Thai or Hindi
 * are marks too, but no accents.
 */
const ACCENTS = /[[\p{M}&&\p{sc=Inherited}]--[\u3099\u309a]]/gv;

/** Letters with an accent that Unicode does not take apart, and the form that σ has at the end of a word. */
const BASE: Readonly<Record<string, string>> = {
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ς: 'σ',
};
const UNDECOMPOSED = new RegExp(`[${Object.keys(BASE).join('')}]`, 'g');

/** Each has its hiragana so many code points before it. */
const KATAKANA = /[\u30a1-\u30f6]/g;
const KANA_SHIFT = 0x60;

/** Apostrophes and what is typed for them, and characters that nobody sees. */
const UNHEARD = /['’‘‛ʼʻʹ`´′"“”]|\p{Cf}/gu;

/** White space, commas, and the dots between the names of people in katakana. */
const PAUSES = /[\s,、，・·]+/g;
