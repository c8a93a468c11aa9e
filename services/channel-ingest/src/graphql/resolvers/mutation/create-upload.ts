import { createUpload as announce } from '../../../use-cases/create-upload.ts';
import { demandUploader } from '../../authorise.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const createUpload: NonNullable<MutationResolvers['createUpload']> = async (
  _parent,
  { input },
  context,
) => {
  const result = await announce(context.deps, await demandUploader(context), input);
  if (result.ok) {
    const { upload, uploadUrl } = result.value;
    return { attachmentId: upload.id, uploadUrl, userErrors: [] };
  }
  const { code, field, message } = result.error;
  return { attachmentId: null, uploadUrl: null, userErrors: [{ code, field: ['input', field], message }] };
};
