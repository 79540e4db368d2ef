import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { FileStore } from './file-store.js';
import type { StoredFile } from './file-store.js';
import { openFrames } from './sealed-frames.js';
import { spool } from './spool.js';
import { storageRefusal } from './storage-errors.js';

/** Where an S3-compatible store is and how to enter it. */
export interface S3Location {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Before each key; empty, or ends with a slash. */
  readonly prefix: string;
  /** Absent: the credentials of the machine, found as AWS's own tools find them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/**
 * Reads `s3://KEY:SECRET@host:port/bucket/prefix?region=…&tls=true|false`. Key and secret are percent-encoded where needed;
 * the prefix may be absent, the region is `us-east-1` unless said, and TLS is on unless `tls=false`. Throws what is wrong.
 */
export function parseS3Location(address: string): S3Location {
  const url = new URL(address);
  const [bucket, ...prefix] = url.pathname.split('/').filter((part) => part !== '');
  if (url.protocol !== 's3:' || url.host === '' || bucket === undefined) {
    throw new Error(
      'The address of the object storage is s3://KEY:SECRET@host:port/bucket?region=…&tls=true|false',
    );
  }
  const tls = url.searchParams.get('tls') ?? 'true';
  if (tls !== 'true' && tls !== 'false')
    throw new Error('tls in the address of the object storage is true or false');
  return {
    endpoint: `${tls === 'true' ? 'https' : 'http'}://${url.host}`,
    region: url.searchParams.get('region') ?? 'us-east-1',
    bucket,
    prefix: prefix.map((part) => `${part}/`).join(''),
    credentials: url.username
      ? {
          accessKeyId: decodeURIComponent(url.username),
          secretAccessKey: decodeURIComponent(url.password),
        }
      : undefined,
  };
}

const silent = () => undefined;

/** Files as objects of an S3-compatible store. They arrive there sealed: the store's operator cannot read them. */
export class S3FileStore extends FileStore {
  private readonly client: S3Client;

  /** `spoolFolder` holds a file, sealed, while it is under way. */
  constructor(
    private readonly location: S3Location,
    private readonly storageKey: Buffer,
    private readonly spoolFolder: string,
  ) {
    super();
    this.client = new S3Client({
      endpoint: location.endpoint,
      region: location.region,
      ...(location.credentials ? { credentials: location.credentials } : {}),
      forcePathStyle: true,
      // Stores other than Amazon's often do not know the newer checksums; the frames are authenticated anyway.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      // The library would write to the console what is thrown anyway.
      logger: { debug: silent, info: silent, warn: silent, error: silent },
      requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000 },
    });
  }

  override async put(content: Readable | Buffer): Promise<StoredFile> {
    try {
      const { path, sealedSize, key, sha256, size } = await spool(content, this.storageKey, this.spoolFolder);
      try {
        await this.client.send(
          new PutObjectCommand({
            ...this.object(key),
            Body: createReadStream(path),
            ContentLength: sealedSize,
            ContentType: 'application/octet-stream',
          }),
        );
      } finally {
        await rm(path, { force: true });
      }
      return { key, sha256, size };
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  override async get(key: string, expectedSha256: string): Promise<Readable> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand(this.object(key)));
      if (!(Body instanceof Readable)) throw new Error('The object storage answered without a body.');
      return Readable.from(openFrames(Body, this.storageKey, expectedSha256), { objectMode: false });
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  override async remove(key: string): Promise<void> {
    try {
      await this.client.send(new DeleteObjectCommand(this.object(key)));
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  override async ready(): Promise<void> {
    try {
      await this.client.send(new HeadBucketCommand({ Bucket: this.location.bucket }));
    } catch (error) {
      throw storageRefusal(error);
    }
  }

  private object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.location.bucket, Key: `${this.location.prefix}${key}` };
  }
}
