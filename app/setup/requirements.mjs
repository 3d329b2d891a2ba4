import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './run.mjs';

const remedies = {
  linux: {
    compiler: 'Install one: sudo apt-get install g++ (Debian, Ubuntu) or sudo dnf install gcc-c++ (Fedora)',
    cmake: 'Install it: sudo apt-get install cmake (Debian, Ubuntu) or sudo dnf install cmake (Fedora)',
  },
  darwin: { compiler: 'Install one: xcode-select --install', cmake: 'Install it: brew install cmake' },
  win32: {
    compiler: 'Install "Build Tools for Visual Studio" with the workload "Desktop development with C++"',
    cmake: 'Install it: winget install Kitware.CMake',
  },
};

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Compiles a line that needs C++20, with the compiler that CMake would take. */
function compilerMissing() {
  if (process.platform === 'win32') {
    // cmake-js finds Visual Studio by itself and names what is missing.
    return false;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tessera-compiler-'));
  try {
    const source = join(folder, 'probe.cpp');
    writeFileSync(
      source,
      '#include <concepts>\ntemplate <std::integral T> T same(T x) { return x; }\nint main() { return same(0); }\n',
    );
    const compilers = [process.env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean);
    return !compilers.some((cxx) => succeeds(cxx, ['-std=c++20', '-o', join(folder, 'probe'), source]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function cmakeProblem() {
  const found = spawnSync('cmake', ['--version'], { encoding: 'utf8' });
  const version = /version (\d+)\.(\d+)/.exec(found.stdout ?? '');
  if (!version) return 'CMake is missing.';
  const [, major, minor] = version.map(Number);
  return major > 3 || (major === 3 && minor >= 20)
    ? null
    : `CMake ${major}.${minor} is too old: 3.20 or newer is needed.`;
}

/** Everything that is missing, each as one sentence with its remedy; empty when the machine is ready. */
export function missingRequirements() {
  const remedy = remedies[process.platform] ?? remedies.linux;
  const missing = [];
  if (Number(process.versions.node.split('.')[0]) < 20) {
    missing.push(`Node ${process.versions.node} is too old: install Node 20 or newer from nodejs.org.`);
  }
  if (compilerMissing()) missing.push(`A C++20 compiler is missing. ${remedy.compiler}.`);
  const cmake = cmakeProblem();
  if (cmake) missing.push(`${cmake} ${remedy.cmake}.`);
  return missing;
}

export function checkRequirements() {
  const missing = missingRequirements();
  if (missing.length > 0) throw new SetupError(`this machine is not ready yet.\n  ${missing.join('\n  ')}`);
}
