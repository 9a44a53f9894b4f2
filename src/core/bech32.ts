const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Whether a text is `<prefix>1…` in Bech32 (BIP 173), and its checksum right: no letter is a slip. */
export function isBech32(text: string, prefix: string): boolean {
  if (!text.startsWith(`${prefix}1`)) return false;
  const values = [...text.slice(prefix.length + 1)].map((letter) => LETTERS.indexOf(letter));
  if (values.includes(-1)) return false;
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  const expanded = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
  return remainder([...expanded, ...values]) === 1;
}

function remainder(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const shifted = ((sum & 0x1ffffff) << 5) ^ value;
    return GENERATOR.reduce(
      (rest, term, bit) => ((sum >> (25 + bit)) & 1 ? rest ^ term : rest),
      shifted,
    );
  }, 1);
}
