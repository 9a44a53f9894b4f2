/** The two fonts of the picture. */
export type Font = 'sans' | 'mono';

/** Hundredths of an em, as wide as the widest common font draws them in bold: Verdana, DejaVu Sans. */
const WIDE: readonly (readonly [signs: RegExp, width: number])[] = [
  [/[ijl.,:;|!'I ]/, 44],
  [/[ftr()[\]/"*-]/, 60],
  [/[acekosvxyzJLFETP{}]/, 72],
  [/[mwMW@%]/, 116],
  [/[\x20-\x7e]/, 86],
];

/** Every sign of a monospaced font is 0.6 em wide, in some 0.602. */
const MONO = 61;

/** No line of text is wider than this in a common font, in pixels: without a browser nobody knows better. */
export function widthOf(text: string, size: number, font: Font): number {
  let hundredths = 0;
  for (const sign of text) hundredths += signWidth(sign, font);
  return Math.ceil((hundredths * size) / 100);
}

function signWidth(sign: string, font: Font): number {
  if ((sign.codePointAt(0) ?? 0) > 0x7e) return 120;
  return font === 'mono' ? MONO : (WIDE.find(([signs]) => signs.test(sign))?.[1] ?? 120);
}

/** Breaks a long name into lines of about one length, at a joint if it has one, a dot before a hyphen. */
export function wrapped(text: string, longest: number): string[] {
  const signs = [...text];
  if (signs.length <= longest) return [text];
  const count = Math.ceil(signs.length / longest);
  const fair = Math.min(longest, Math.ceil(signs.length / count) + ROOM_FOR_A_JOINT);
  const line = signs.slice(0, fair).join('');
  const joints = ['.', '-', '_', '/', ':'].map((sign) => line.lastIndexOf(sign) + 1);
  const head = line.slice(
    0,
    joints.find((joint) => joint >= line.length / 2),
  );
  return [head, ...wrapped(text.slice(head.length), longest)];
}

const ROOM_FOR_A_JOINT = 5;
