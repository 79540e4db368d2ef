// Letters of award, one after the other: by the renderer that the application has (`ours`) or by the bare compiler (`limit`),
// each in a process of its own, so that its memory is its own. Writes { rate, megabytes } as JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toString as qrCode } from 'qrcode';
import ts from 'typescript';

const [, , side, seconds] = process.argv;
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);

/** The letter of the tests, with a number, a code and an instant of its own each time. */
async function letters() {
  const source = readFileSync(join(root, 'test/factories/document-data.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const { awardLetter } = await import(
    `data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`
  );
  return (place) => {
    const number = `MOST-2026-RS-${String(place).padStart(6, '0')}`;
    return awardLetter({
      number,
      verificationUrl: `https://most.example.org/verify/${number}`,
      issuedAt: new Date(Date.UTC(2026, 5, 15) + place * 1000).toISOString(),
    });
  };
}

/** Only what setting the document takes: the same template, fonts, standard and memory of the compiler as the thread has. */
async function bare() {
  const typst = require('@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu');
  const fonts = [
    'source-serif-4/400Regular/SourceSerif4_400Regular.ttf',
    'source-serif-4/400Regular_Italic/SourceSerif4_400Regular_Italic.ttf',
    'source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf',
    'source-sans-3/400Regular/SourceSans3_400Regular.ttf',
    'source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
  ];
  const workspace = join(root, 'templates/documents/');
  const compiler = typst.NodeCompiler.create({
    workspace,
    fontArgs: [
      { fontBlobs: fonts.map((path) => readFileSync(require.resolve(`@expo-google-fonts/${path}`))) },
    ],
  });
  const qr = await qrCode('https://most.example.org/verify/MOST-2026-RS-000000', {
    type: 'svg',
    errorCorrectionLevel: 'M',
    margin: 0,
  });
  return {
    set(data) {
      const { result } = compiler.compile({
        mainFilePath: `${workspace}award-letter.typ`,
        inputs: { data: JSON.stringify(data), qr },
      });
      const pdf = compiler.pdf(result, {
        pdfStandard: 'a-2a',
        creationTimestamp: Math.floor(Date.parse(data.issuedAt) / 1000),
      });
      compiler.evictCache(10);
      return pdf;
    },
    close: () => undefined,
  };
}

async function renderer() {
  const { PdfRenderer } = await import(join(root, 'dist/documents/rendering/pdf-renderer.js'));
  const pdf = new PdfRenderer();
  return { set: (data) => pdf.render('award-letter', data), close: () => pdf.close() };
}

const letter = await letters();
const { set, close } = await (side === 'ours' ? renderer() : bare());
// The first ones read the fonts.
let place = 0;
for (; place < 20; place++) {
  const pdf = await set(letter(place));
  if (pdf.length < 10_000 || Buffer.from(pdf).subarray(0, 5).toString() !== '%PDF-')
    throw new Error('no letter');
}
const from = place;
const began = performance.now();
const until = began + Number(seconds) * 1000;
while (performance.now() < until) await set(letter(place++));
const rate = ((place - from) * 1000) / (performance.now() - began);
const megabytes = process.resourceUsage().maxRSS / 1024;
await close();
process.stdout.write(JSON.stringify({ rate, megabytes }));
