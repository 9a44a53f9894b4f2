import { readdirSync, readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { imagesIn } from '/work/main/src/checks/image-strings.ts';
const seen = new Map<string, string>();
let n = 0; let t = 0;
for (const root of process.argv.slice(2)) {
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!/\.ya?ml$/.test(file)) continue;
    const text = readFileSync(`${root}/${file}`, 'utf8');
    let docs: any[] = [];
    try { docs = parseAllDocuments(text, {logLevel:'silent'}).map((d) => d.toJS()); } catch { continue; }
    for (const o of docs) {
      if (!o?.kind) continue;
      n++;
      const s = performance.now();
      for (const { image, path } of imagesIn(o)) if (!/image$/i.test(String(path.at(-1)))) seen.set(image, `${root}/${file} ${path.join('.')}`);
      t += performance.now() - s;
    }
  }
}
console.log(n, 'objects', Math.round(t), 'ms');
for (const [i, w] of [...seen].sort()) console.log(i, ' <- ', w);
