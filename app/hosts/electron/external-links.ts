import { shell } from 'electron';

/** The only addresses that Tessera ever hands to the person's browser. */
export const externalLinks = {
  onnx: 'https://onnx.ai/',
  fashionMnist: 'https://github.com/zalandoresearch/fashion-mnist',
} as const;

export type ExternalLink = keyof typeof externalLinks;

export function openLink(link: ExternalLink): void {
  void shell.openExternal(externalLinks[link]);
}

/** Which of them an address is, to the letter; undefined for every other one. */
export function knownLink(address: string): ExternalLink | undefined {
  return (Object.keys(externalLinks) as ExternalLink[]).find((link) => externalLinks[link] === address);
}
