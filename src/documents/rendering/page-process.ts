import { createRequire } from 'node:module';
import { serveProcessTasks } from '../../platform/threads/task-process.js';

/** One page of a stranger's PDF. */
export interface PageTask {
  readonly pdf: Uint8Array;
  /** From 1 on. */
  readonly page: number;
}

/** What is used of the native compiler, whose platform package comes without types. */
interface TypstPainter {
  mapShadow(path: string, content: Buffer): void;
  unmapShadow(path: string): void;
  compile(options: { mainFileContent: string }): { readonly result: object | null };
  plainSvg(document: object): string;
  evictCache(maxAge: number): void;
}
interface TypstModule {
  readonly NodeCompiler: {
    create(options: { workspace: string; fontArgs: { fontBlobs: Buffer[] }[] }): TypstPainter;
  };
}

/** A folder that is nowhere: the compiler finds nothing in it but what it is given. */
const NOWHERE = '/nowhere';
const FILE = `${NOWHERE}/document.pdf`;

const typst = createRequire(import.meta.url)(
  '@myriaddreamin/typst-ts-node-compiler-linux-x64-gnu',
) as TypstModule;
const painter = typst.NodeCompiler.create({ workspace: NOWHERE, fontArgs: [{ fontBlobs: [] }] });

serveProcessTasks(({ pdf, page }: PageTask): string => {
  painter.mapShadow(FILE, Buffer.from(pdf));
  try {
    const { result } = painter.compile({
      mainFileContent: `#set page(width: auto, height: auto, margin: 0pt)\n#image("document.pdf", page: ${Math.trunc(page)})`,
    });
    if (!result) throw new Error('the page cannot be painted');
    return painter.plainSvg(result);
  } finally {
    painter.unmapShadow(FILE);
    painter.evictCache(0);
  }
});
