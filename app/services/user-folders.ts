import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface UserFolders {
  /** What Tessera remembers for this person: the list of recent projects. */
  data: string;
  /** Where new projects are put unless the person says otherwise. */
  projects: string;
}

/** By each system's convention; `TESSERA_HOME` puts everything into one folder. */
export function userFolders(
  platform: NodeJS.Platform = process.platform,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): UserFolders {
  const { TESSERA_HOME: own } = environment;
  if (own) return { data: own, projects: join(own, 'projects') };
  const documents = join(home, 'Documents');
  return {
    data: dataFolder(platform, environment, home),
    projects: join(existsSync(documents) ? documents : home, 'Tessera'),
  };
}

function dataFolder(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'win32') {
    return join(environment.APPDATA || join(home, 'AppData', 'Roaming'), 'Tessera');
  }
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Tessera');
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'tessera');
}
