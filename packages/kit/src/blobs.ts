import { fileURLToPath } from 'node:url';
import type { BlobStore } from './blob-store.ts';
import { FileBlobs } from './blobs-on-disk.ts';
import { S3Blobs } from './blobs-on-s3.ts';
import type { BlobConfig } from './config.ts';

/** The store that a configuration names. Throws when it names none or lacks what that store needs. */
export function openBlobs(config: BlobConfig): BlobStore {
  if (config.BLOB_URL === undefined) {
    throw new Error('Configuration is not usable: BLOB_URL says where files are kept (file:///… or s3://…)');
  }
  const url = new URL(config.BLOB_URL);
  if (url.protocol === 'file:') return new FileBlobs(fileURLToPath(url));
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = config;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error(
      'Configuration is not usable: s3:// needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as well',
    );
  }
  const region = url.searchParams.get('region') ?? 'us-east-1';
  return new S3Blobs({
    endpoint: url.searchParams.get('endpoint') ?? `https://s3.${region}.amazonaws.com`,
    region,
    bucket: url.hostname,
    prefix: url.pathname.replaceAll(/^\/+|\/+$/g, ''),
    accessKeyId,
    secretAccessKey,
  });
}
