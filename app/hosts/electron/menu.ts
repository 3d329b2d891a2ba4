import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { openLink } from './external-links.ts';
import type { Words } from './words.ts';

export function installMenu(words: Words): void {
  const isMac = process.platform === 'darwin';
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(words, { isMac, isPackaged: app.isPackaged })));
}

/** The standard menus of the system. Undo and redo are those of text fields: labels have their own, in the screens. */
export function menuTemplate(
  words: Words,
  { isMac, isPackaged }: { isMac: boolean; isPackaged: boolean },
): MenuItemConstructorOptions[] {
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const appMenu: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [
      { role: 'about', label: words.about },
      line,
      { role: 'services', label: words.services },
      line,
      { role: 'hide', label: words.hide },
      { role: 'hideOthers', label: words.hideOthers },
      { role: 'unhide', label: words.unhide },
      line,
      { role: 'quit', label: words.quit },
    ],
  };
  const leave: MenuItemConstructorOptions = isMac
    ? { role: 'close', label: words.close }
    : { role: 'quit', label: words.quit };
  const developer: MenuItemConstructorOptions[] = [
    { role: 'reload', label: words.reload },
    { role: 'toggleDevTools', label: words.developerTools },
    line,
  ];
  const macWindow: MenuItemConstructorOptions[] = [
    { role: 'zoom', label: words.zoom },
    line,
    { role: 'front', label: words.front },
  ];
  return [
    ...(isMac ? [appMenu] : []),
    { label: words.file, submenu: [leave] },
    {
      label: words.edit,
      submenu: [
        { role: 'undo', label: words.undo },
        { role: 'redo', label: words.redo },
        line,
        { role: 'cut', label: words.cut },
        { role: 'copy', label: words.copy },
        { role: 'paste', label: words.paste },
        { role: 'delete', label: words.delete },
        { role: 'selectAll', label: words.selectAll },
      ],
    },
    {
      label: words.view,
      submenu: [
        ...(isPackaged ? [] : developer),
        { role: 'resetZoom', label: words.actualSize },
        { role: 'zoomIn', label: words.zoomIn },
        { role: 'zoomOut', label: words.zoomOut },
        line,
        { role: 'togglefullscreen', label: words.fullScreen },
      ],
    },
    {
      label: words.window,
      role: 'window',
      submenu: [{ role: 'minimize', label: words.minimize }, ...(isMac ? macWindow : [])],
    },
    {
      label: words.help,
      role: 'help',
      submenu: [
        { label: words.onnx, click: () => openLink('onnx') },
        { label: words.fashionMnist, click: () => openLink('fashionMnist') },
        ...(isMac ? [] : [line, { role: 'about', label: words.about } as const]),
      ],
    },
  ];
}
