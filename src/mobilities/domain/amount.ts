/** A hundred million of anything is a slip of the pen. */
const MOST_MINOR = 10_000_000_000;

/**
 * An amount as people write it, with a comma or a dot before the hundredths and spaces or dots between thousands, in minor
 * units; null where it is none. Never by a floating point number.
 */
export function readAmount(text: string): number | null {
  const entry = text.normalize('NFKC').replaceAll(/[\s']/gu, '');
  const [, whole = '', hundredths = ''] =
    /^(\d{1,9}|\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?$/.exec(entry) ?? [];
  if (whole === '') return null;
  const minor = Number(whole.replaceAll(/[.,]/g, '')) * 100 + Number(hundredths.padEnd(2, '0'));
  return minor >= 1 && minor <= MOST_MINOR ? minor : null;
}
