import { countDocuments } from '../../../use-cases/count-documents.ts';
import { demandReader, type SearchContext } from '../../context.ts';

/** Query.searchStatus of the viewer's workspace. FORBIDDEN to connectors. */
export async function searchStatus(
  _parent: unknown,
  _args: object,
  context: SearchContext,
): Promise<{ documents: number; engine: string }> {
  demandReader(context);
  return { documents: await countDocuments(context.pool, context.viewer.workspaceId), engine: 'postgres' };
}
