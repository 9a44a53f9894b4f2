/** One piece of XML: a tag, or the text between two. */
const PIECE = /<(\/?)([a-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/giy;
const BAD_SIGN = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const BAD_REFERENCE = /&(?!#\d+;)/;

/** What a strict XML parser would refuse, or undefined. It knows as much of XML as we write, and no more. */
export function xmlProblem(xml: string): string | undefined {
  const sign = BAD_SIGN.exec(xml);
  if (sign) return `a sign that XML forbids, at ${sign.index}`;
  const open: string[] = [];
  let roots = 0;
  let end = 0;
  for (const [piece, closing, name = '', attributes = '', alone, text] of xml.matchAll(PIECE)) {
    if (BAD_REFERENCE.test(piece)) return `a bare '&' at ${end}`;
    end += piece.length;
    if (text !== undefined) {
      if (open.length === 0 && text.trim() !== '') return `text outside of everything: ${text}`;
      continue;
    }
    const names = [...attributes.matchAll(/([\w:-]+)=/g)].map(([, key]) => key);
    if (new Set(names).size < names.length) return `<${name}> says something twice`;
    if (closing && open.pop() !== name) return `</${name}> closes something else`;
    if (closing) continue;
    if (open.length === 0) roots += 1;
    if (!alone) open.push(name);
  }
  if (end < xml.length) return `what is this: ${xml.slice(end, end + 40)}`;
  if (open.length > 0) return `<${open.at(-1)}> is never closed`;
  return roots === 1 ? undefined : `${roots} roots`;
}
