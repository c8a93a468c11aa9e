import type { AttachmentResolvers } from '../../resolver-types.generated.ts';

export const Attachment: AttachmentResolvers = {
  url: ({ id, sha256, sizeBytes, fileName, mediaType, inline }, _args, { deps, viewer }) =>
    deps.links.download(
      {
        workspaceId: viewer.workspaceId,
        attachmentId: id,
        sha256,
        sizeBytes,
        fileName,
        mediaType,
        inline,
      },
      deps.now().getTime(),
    ),
};
