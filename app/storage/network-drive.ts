import { statfsSync } from 'node:fs';
import { TesseraError } from '../contract/index.ts';

/** Linux's numbers of file systems that lie on another machine (statfs(2), linux/magic.h). */
const linuxKinds: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x5346414f: 'AFS',
  0x564c: 'NCP',
  0x01021997: '9P',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x786f4256: 'VirtualBox shared folder',
  0xbacbacbc: 'VMware shared folder',
};

/**
 * What kind of network drive a folder lies on; null for a disk of this computer, and where that cannot be told (macOS gives
 * other numbers, and a drive letter of Windows does not say). The write-ahead log needs memory that all openers share, and
 * locks that hold; a network drive promises neither.
 */
export function networkDrive(
  folder: string,
  platform: NodeJS.Platform = process.platform,
  kindOf: (folder: string) => number = (path) => statfsSync(path).type,
): string | null {
  if (platform === 'win32') return /^(\\\\|\/\/)(?![?.][\\/])/.test(folder) ? 'a network share' : null;
  if (platform !== 'linux') return null;
  try {
    return linuxKinds[kindOf(folder) >>> 0] ?? null;
  } catch {
    return null;
  }
}

/** Throws `projectOnNetwork`. */
export function refuseNetworkDrive(folder: string): void {
  const kind = networkDrive(folder);
  if (kind !== null) throw new TesseraError('projectOnNetwork', { path: folder, kind });
}
