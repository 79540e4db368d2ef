export { DocumentsModule } from './documents.module.js';
export { showCheckCode } from './domain/check-code.js';
export { IssuedLetters } from './operations/issued-letters.js';
export type { IssuedLetter, LetterVerification, VerifiedLetter } from './operations/issued-letters.js';
export { Uploads } from './operations/uploads.js';
export type { ReceivedFile, UploadSubject, UploadView } from './operations/uploads.js';
export { PdfRenderer } from './rendering/pdf-renderer.js';
export type * from './rendering/document-data.js';
export { documentsInvariants } from './data/documents.invariants.js';
