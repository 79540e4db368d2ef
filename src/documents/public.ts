export { DocumentsModule } from './documents.module.js';
export { newCheckCode, showCheckCode } from './domain/check-code.js';
export type {
  AgreementVerification,
  AwardVerification,
  DocumentKind,
  OfficialVerification,
} from './domain/document-kinds.js';
export { showDocumentNumber } from './domain/document-number.js';
export { ForgetFiles } from './operations/forget-files.js';
export type { CertificateFacts, SignatureAct, SignatureView } from './domain/signatures.js';
export { IssuedDocuments } from './operations/issued-documents.js';
export type {
  CopyVerdict,
  DocumentOrder,
  IssuedDocument,
  VerifiedDocument,
} from './operations/issued-documents.js';
export { PartialUploads } from './operations/partial-uploads.js';
export type { PartialUpload } from './operations/partial-uploads.js';
export { PlainPdf } from './operations/plain-pdf.js';
export { Previews } from './operations/previews.js';
export { Uploads } from './operations/uploads.js';
export type { ReceivedFile, UploadSubject, UploadVersion, UploadView } from './operations/uploads.js';
export { PdfRenderer } from './rendering/pdf-renderer.js';
export type * from './rendering/document-data.js';
export { documentsInvariants } from './data/documents.invariants.js';
