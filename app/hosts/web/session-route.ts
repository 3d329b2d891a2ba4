import { limits } from './limits.ts';
import type { Session } from './session.ts';

/** `GET`: is there a session? `POST {token}`: open one. 204, or 401 with the reason as JSON `{refusal}`. */
export async function answerSession(request: Request, session: Session): Promise<Response> {
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (session.isOpen(request.headers.get('cookie') ?? undefined))
    return new Response(null, { status: 204, headers });
  if (request.method !== 'POST') return Response.json({ refusal: 'tokenMissing' }, { status: 401, headers });
  const answer = await session.exchange(await sentToken(request));
  if ('refusal' in answer) {
    const status = answer.refusal === 'tooMany' ? 429 : 401;
    return Response.json(answer, { status, headers });
  }
  headers.set('set-cookie', answer.cookie);
  return new Response(null, { status: 204, headers });
}

/** The `token` of the JSON body; undefined where there is none or the body is longer than any token. */
async function sentToken(request: Request): Promise<unknown> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of request.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > limits.sessionBodyBytes) return undefined;
  }
  try {
    return (JSON.parse(text) as { token?: unknown } | null)?.token;
  } catch {
    return undefined;
  }
}
