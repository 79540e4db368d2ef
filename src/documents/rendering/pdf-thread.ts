import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toString as qrCode } from 'qrcode';
import { serveTasks } from '../../platform/threads/serve-tasks.js';
import type { DocumentTemplate, DocumentTemplates } from './document-data.js';

/** One document to be set. */
export type PdfTask = {
  [Template in DocumentTemplate]: { readonly template: Template; readonly data: DocumentTemplates[Template] };
}[DocumentTemplate];

/** What is used of the native compiler, whose platform package comes without types. */
interface TypstCompiler {
  compile(options: { mainFilePath: string; inputs: Record<string, string> }): {
    readonly result: object | null;
    takeError(): object | null;
  };
  fetchDiagnostics(error: object): unknown;
  pdf(document: object, options: { pdfStandard: string; creationTimestamp: number }): Buffer;
  evictCache(maxAge: number): void;
}
interface TypstModule {
  readonly NodeCompiler: {
    create(options: { workspace: string; fontArgs: { fontBlobs: Buffer[] }[] }): TypstCompiler;
  };
}

const FONTS = [
  'source-serif-4/400Regular/SourceSerif4_400Regular.ttf',
  'source-serif-4/400Regular_Italic/SourceSerif4_400Regular_Italic.ttf',
  'source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf',
  'source-sans-3/400Regular/SourceSans3_400Regular.ttf',
  'source-sans-3/600SemiBold/SourceSans3_600SemiBold.ttf',
];
/** Archivable for decades, and tagged for those who read by ear. */
const PDF_STANDARD = 'a-2a';
/** Compilations after which typst forgets what it has not used again. */
const CACHE_AGE = 10;

const require = createRequire(import.meta.url);
const workspace = fileURLToPath(new URL('../../../templates/documents/', import.meta.url));
const typst = require('@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu') as TypstModule;
const compiler = typst.NodeCompiler.create({
  workspace,
  fontArgs: [{ fontBlobs: FONTS.map((path) => readFileSync(require.resolve(`@expo-google-fonts/${path}`))) }],
});

serveTasks(async ({ template, data }: PdfTask): Promise<Uint8Array> => {
  const address = 'verificationUrl' in data ? data.verificationUrl : 'url' in data ? data.url : undefined;
  const qr =
    address === undefined ? '' : await qrCode(address, { type: 'svg', errorCorrectionLevel: 'M', margin: 0 });
  const compiled = compiler.compile({
    mainFilePath: `${workspace}${template}.typ`,
    inputs: { data: JSON.stringify(data), qr },
  });
  if (!compiled.result) {
    const error = compiled.takeError();
    throw new Error(`${template}: ${JSON.stringify(error && compiler.fetchDiagnostics(error))}`);
  }
  const pdf = compiler.pdf(compiled.result, {
    pdfStandard: PDF_STANDARD,
    creationTimestamp: Math.floor(Date.parse(data.issuedAt) / 1000),
  });
  compiler.evictCache(CACHE_AGE);
  return pdf;
});
