import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TesseraError } from '../../app/contract/index.ts';
import { databaseFile } from '../../app/storage/files.ts';
import { App } from './app.ts';
import { latinWords } from './latin-words.ts';
import { scene } from './scenes.ts';
import { newProject } from './stored-project.ts';
import { failedRun } from './stored-run.ts';

/** A folder whose classes, files and faults have Korean names: two scenes again, one dark, one that is no picture. */
async function makeScenes(folder: string): Promise<string> {
  for (const name of ['언덕', '호수']) mkdirSync(join(folder, name), { recursive: true });
  const put = async (path: string, picture: Buffer | string): Promise<void> =>
    writeFileSync(join(folder, path), picture);
  for (let number = 0; number < 8; number++) {
    await put(`${number % 2 === 0 ? '언덕' : '호수'}/${number}.jpg`, await scene(number));
  }
  await put(
    '호수/다시.jpg',
    await sharp(await scene(0))
      .resize(240)
      .jpeg({ quality: 60 })
      .toBuffer(),
  );
  await put(
    '언덕/어두움.jpg',
    await sharp(await scene(50))
      .linear(0.08, 0)
      .jpeg()
      .toBuffer(),
  );
  await put('언덕/깨짐.jpg', '사진이 아님');
  return folder;
}

/** Every screen and every dialog in Korean; each test goes on from the one before. */
describe('a person who reads Korean', () => {
  const slow = { timeout: 60_000 };
  let app: App;
  /** What stood there in another language, with the place where it was seen first. */
  const strange = new Map<string, string>();

  beforeAll(async () => {
    app = await App.start();
    const { page } = app;
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: '한국어' }).click();
    await page.getByRole('heading', { name: '사진 폴더에서 분류기까지' }).waitFor();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const button = (name: string | RegExp): Locator =>
    app.page.getByRole('button', { name, exact: typeof name === 'string' });
  const said = (text: string | RegExp): Promise<void> => app.page.getByText(text).first().waitFor(slow);
  const goTo = async (screen: string): Promise<void> => {
    await app.page.getByRole('navigation', { name: '화면' }).getByRole('link', { name: screen }).click();
    await app.page.getByRole('main', { name: screen }).waitFor();
  };
  const openProject = async (path: string): Promise<void> => {
    const field = app.page.getByLabel('프로젝트 폴더');
    if (!(await field.isVisible())) await button('프로젝트 열기').click();
    await field.fill(path);
    await button('열기').click();
  };

  async function read(place: string): Promise<void> {
    for (const text of await latinWords(app.page)) if (!strange.has(text)) strange.set(text, place);
  }

  /** Opens every menu that stands on the screen, one after the other, and reads it. */
  async function readMenus(place: string): Promise<void> {
    const { page } = app;
    for (const trigger of await page.locator('[aria-haspopup=menu]:not([inert] *)').all()) {
      if (!(await trigger.isVisible())) continue;
      await trigger.click();
      await page.getByRole('menu').waitFor();
      await read(`${place}, a menu`);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    }
  }

  async function readKeys(place: string): Promise<void> {
    const sheet = app.page.getByRole('dialog', { name: '단축키' });
    await app.page.keyboard.press('?');
    await sheet.waitFor();
    await read(place);
    await app.page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });
  }

  /** Unfolds everything that is folded. */
  const unfold = (): Promise<void> =>
    app.page.evaluate(() => {
      for (const details of document.querySelectorAll<HTMLDetailsElement>('details')) details.open = true;
    });

  test('finds the way in: home, its forms and what they refuse', async () => {
    const { page } = app;
    await read('home');
    await button('새 프로젝트').click();
    await read('home, a new project');
    await page.keyboard.press('Escape');
    await openProject('/없는/폴더');
    await page.getByRole('alert').waitFor();
    await read('home, a folder that is not there');
    await page.keyboard.press('Escape');
    await readKeys('home, keys');
  });

  test('takes pictures in', async () => {
    const { page } = app;
    const folder = await makeScenes(join(app.home, '사진'));
    newProject(join(app.home, '마을'), '마을', ['가위', '동그라미'])[Symbol.dispose]();
    await openProject(join(app.home, '마을'));
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await read('data');
    await page.keyboard.press('Control+i');
    await read('data, add pictures');
    await button('카메라 쓰기').click();
    await read('data, camera');
    await button('카메라 닫기').click();
    await page.getByLabel('또는 이 컴퓨터의 경로').fill(join(app.home, '없음'));
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await read('data, a path that is not there');
    await button('닫기').last().click();
    await page.keyboard.press('Control+i');
    await page.getByLabel('또는 이 컴퓨터의 경로').fill(folder);
    await page.keyboard.press('Enter');
    await button('사진 11장 가져오기').waitFor();
    await page.getByLabel('원본').selectOption({ label: '제자리에서 참조' });
    await unfold();
    await read('data, preview');
    await app.screenshot('korean-preview');
    await button('사진 11장 가져오기').click();
    await said('사진 10장 추가');
    await app.page.getByText('어떤 파일인지').click();
    await read('data, imported');
  });

  test('cleans and orders them', async () => {
    const { page } = app;
    await said('거의 같은 사진');
    await page.keyboard.press('Escape');
    renameSync(join(app.home, '사진'), join(app.home, '옮긴 사진'));
    await button('다시 확인').click();
    await said('파일 10개가 있던 자리에 없습니다');
    await read('data, originals that are gone');
    renameSync(join(app.home, '옮긴 사진'), join(app.home, '사진'));
    await button('다시 확인').click();
    await page.getByText('파일 10개가 있던 자리에 없습니다').waitFor({ state: 'detached' });
    await unfold();
    await page.getByLabel('버전의 이름').fill('처음');
    await page.keyboard.press('Enter');
    await button('처음 버전을 지금과 비교').click();
    await read('data, panels');
    await app.screenshot('korean-data');
    await readMenus('data');
    await page.getByRole('listbox').focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Shift+ArrowLeft');
    await said('2장 선택');
    await read('data, chosen');
    await readMenus('data, chosen');
    await button('태그 …').click();
    await read('data, tags');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Delete');
    await said('사진 2장을 삭제함');
    await read('data, deleted');
    await page.keyboard.press('Control+z');
    await said('실행 취소: 사진 2장을 삭제함');
    await button('저장한 보기').click();
    await page.getByRole('menuitem', { name: '이 보기 저장 …' }).click();
    await read('data, a view');
    await page.keyboard.press('Escape');
    await button('같은 사진 비교').click();
    await said('1묶음 중 1번째');
    await read('data, pairs');
    await page.keyboard.press('Escape');
    await page.getByRole('listbox').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await button('사진 목록으로').waitFor();
    await page.keyboard.press('n');
    await page.getByRole('region', { name: '28줄, 한 줄에 값 28개' }).waitFor();
    await read('data, numbers');
    await readMenus('data, a picture');
    await page.keyboard.press('Escape');
    await readKeys('data, keys');
    await button('모든 작업 보기: 진행 중 0개').click();
    await read('the work');
    await page.keyboard.press('Escape');
  });

  test('labels', async () => {
    const { page } = app;
    await goTo('라벨');
    await page.getByRole('region', { name: '사진', exact: true }).getByRole('img').waitFor();
    await button('“해당 없음” 추가').click();
    await button('해당 없음 이름 바꾸기').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.insertText('가위');
    await page.keyboard.press('Enter');
    await read('label, a name that is taken');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Backspace');
    await said('라벨 없음');
    await read('label');
    await readMenus('label');
    await button('가위 바꾸기').click();
    await page.getByRole('dialog', { name: '가위 클래스' }).getByLabel('키').fill('g');
    await read('label, a class');
    await app.screenshot('korean-class');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await read('label, grid');
    await readKeys('label, keys');
    await page.keyboard.press('g');
  });

  test('trains, and is told why a training failed', async () => {
    const { page } = app;
    await goTo('평가');
    await said('아직 평가할 것이 없습니다');
    await read('evaluate, empty');
    await goTo('사용');
    await read('use, empty');
    await goTo('내보내기');
    await read('share, empty');
    await goTo('학습');
    await button('학습 시작').waitFor();
    await unfold();
    await read('train');
    await app.screenshot('korean-train');
    await page.getByRole('spinbutton', { name: '에폭', exact: true }).fill('2');
    await page.getByRole('spinbutton', { name: '에폭', exact: true }).press('Tab');
    await button('학습 시작').click();
    await page.getByRole('cell', { name: '완료' }).waitFor(slow);
    await unfold();
    await read('train, done');
    await readMenus('train');
    await readKeys('train, keys');
    await button('설정 탐색').click();
    await unfold();
    await read('train, sweep');
    await app.screenshot('korean-sweep');
    await button('곡선으로 돌아가기').click();
  });

  test('evaluates, uses and takes along', async () => {
    const { page } = app;
    await goTo('평가');
    await page.getByRole('grid', { name: '혼동 행렬: 행은 실제 클래스, 열은 예측한 클래스' }).waitFor(slow);
    await read('evaluate');
    await button(/의 정밀도: /)
      .first()
      .click();
    await read('evaluate, behind a number');
    await app.screenshot('korean-evaluate');
    await goTo('사용');
    await button('사진 고르기').waitFor();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles(join(app.home, '사진', '언덕', '0.jpg'));
    await page.getByRole('img', { name: '사진 0.jpg' }).waitFor();
    await unfold();
    await read('use');
    await goTo('내보내기');
    await unfold();
    await read('share');
    await button('내보내기').last().click();
    await said('확인됨');
    await read('share, written');
    await app.screenshot('korean-share');
  });

  test('is told in Korean what was lost, and gets it back', async () => {
    const { page } = app;
    await page.getByRole('button', { name: '마을' }).click();
    await page.getByRole('menuitem', { name: /^이 프로젝트의 스냅샷/ }).click();
    await button('지금 만들기').click();
    await said(/^스냅샷을 만들었습니다|^가장 최근 스냅샷에서 바뀐 것이 없습니다/);
    await read('snapshots');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '모든 프로젝트' }).click();
    await button('마을 더 보기').waitFor();
    await readMenus('home, a project');
    await read('home, projects');

    const path = join(app.home, '막힘');
    const store = newProject(path, '막힘', ['가위', '동그라미']);
    failedRun(store, new TesseraError('workerKilled', { reason: 'signal SIGKILL' }));
    await openProject(path);
    await said('읽기 전용: 다른 Tessera에서');
    await read('a project that is open elsewhere');
    await button('편집할 수 있게 열기').click();
    await said('다른 Tessera에서 열려 있습니다');
    await read('a project that cannot be taken over');
    store[Symbol.dispose]();
    await button('편집할 수 있게 열기').click();
    await page.getByText('읽기 전용: 다른 Tessera에서').waitFor({ state: 'detached' });
    await goTo('학습');
    await said('시스템이 작업 프로세스를 끝냈습니다(시그널 SIGKILL)');
    await page.locator('summary', { hasText: '이 학습에서 있었던 일' }).click();
    await read('train, failed');
    await app.screenshot('korean-failed');
    await page.getByRole('link', { name: '모든 프로젝트' }).click();

    const damaged = join(app.home, '부서짐');
    const lost = newProject(damaged, '부서짐', ['가위', '동그라미']);
    await lost.takeSnapshot('open');
    lost[Symbol.dispose]();
    writeFileSync(databaseFile(damaged), readFileSync(databaseFile(damaged)).fill(0xa5, 0, 4096));
    await openProject(damaged);
    await read('home, a damaged project');
    await button('살릴 수 있는 것 보기').click();
    await button('프로젝트 다시 만들기').waitFor();
    await read('salvage');
    await app.screenshot('korean-salvage');
    await button('프로젝트 다시 만들기').click();
    await button('프로젝트 열기').waitFor();
    await read('salvaged');
  });

  test('never read another language', () => {
    expect([...strange].map(([text, place]) => `${place}: ${text}`)).toEqual([]);
  });
});
