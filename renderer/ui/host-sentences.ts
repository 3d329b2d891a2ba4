import { modelSentences } from './model-sentences.ts';

/**
 * What the host says in English beside its errors: why a file was not taken, and what a job is doing. The English sentence is the
 * key, as in gettext; `{names}` stand for what is filled in. A test holds this list to what the rooms that read files say.
 */
export const hostSentences: Readonly<Record<string, string>> = {
  ...modelSentences,

  // Pictures.
  'the file is empty': '빈 파일입니다',
  'it is cut short or damaged': '잘렸거나 손상되었습니다',
  'it is a web page': '웹 페이지입니다',
  'it is not a regular file': '보통 파일이 아닙니다',
  'its contents are not a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture':
    '내용이 JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF 사진이 아닙니다',
  'its name is not that of a JPEG, PNG, WebP, GIF, TIFF, BMP or AVIF picture':
    'JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF 사진의 이름이 아닙니다',
  'HEIC photos are not read; save it as JPEG or PNG': 'HEIC 사진은 읽지 않습니다. JPEG나 PNG로 저장하세요',
  'SVG drawings are not read; save it as PNG': 'SVG 그림은 읽지 않습니다. PNG로 저장하세요',
  'Photoshop files are not read; save it as JPEG or PNG':
    'Photoshop 파일은 읽지 않습니다. JPEG나 PNG로 저장하세요',
  'PDF documents are not read; save its pictures as JPEG or PNG':
    'PDF 문서는 읽지 않습니다. 안의 사진을 JPEG나 PNG로 저장하세요',
  'JPEG XL is not read; save it as JPEG or PNG': 'JPEG XL은 읽지 않습니다. JPEG나 PNG로 저장하세요',
  'JPEG 2000 is not read; save it as JPEG or PNG': 'JPEG 2000은 읽지 않습니다. JPEG나 PNG로 저장하세요',
  'it has {count} million pixels, and at most {most} million are read':
    '픽셀이 {count}백만 개입니다. {most}백만 개까지만 읽습니다',
  'it has more than {most} million pixels': '픽셀이 {most}백만 개를 넘습니다',
  'decoding it took longer than {seconds} seconds': '푸는 데 {seconds}초 넘게 걸렸습니다',
  'decoding it took longer than {seconds} seconds and was stopped':
    '푸는 데 {seconds}초 넘게 걸려 멈추었습니다',
  'the decoder stopped at it ({reason})': '디코더가 이 파일에서 멈추었습니다({reason})',
  'it is a variant of its format that is not supported; save it anew as JPEG or PNG':
    '지원하지 않는 변형입니다. JPEG나 PNG로 새로 저장하세요',
  'this kind of compressed BMP is not read; save it as PNG':
    '이렇게 압축한 BMP는 읽지 않습니다. PNG로 저장하세요',
  'it uses a colour that its palette does not have': '팔레트에 없는 색을 씁니다',
  'it was not looked at': '살펴보지 않았습니다',

  // Files and folders.
  'it is larger than {limit} MB': '{limit} MB보다 큽니다',
  'it is a link; links are not followed': '링크입니다. 링크는 따라가지 않습니다',
  'its name is not valid UTF-8': '이름이 올바른 UTF-8이 아닙니다',
  'its name is not valid UTF-8; rename it': '이름이 올바른 UTF-8이 아닙니다. 이름을 바꾸세요',
  'its name has a NUL in it': '이름에 NUL 문자가 있습니다',
  'its path is too long': '경로가 너무 깁니다',
  'permission denied': '권한이 없습니다',
  'the disk reported an error': '디스크에서 오류가 났습니다',
  'it is gone': '사라졌습니다',
  'it is neither a file nor a folder': '파일도 폴더도 아닙니다',
  'it is not a folder': '폴더가 아닙니다',
  'the project itself lies there': '프로젝트 자체가 그곳에 있습니다',
  'there is no such file': '그런 파일이 없습니다',
  'it is not there any more': '더 이상 그 자리에 없습니다',
  'it is not the picture any more that was imported': '더 이상 가져올 때의 사진이 아닙니다',
  'its original was changed': '원본이 바뀌었습니다',
  'its original is no longer there': '원본이 더 이상 없습니다',
  'that disk can only be read': '읽기만 할 수 있는 디스크입니다',
  'its folder cannot be made': '폴더를 만들 수 없습니다',
  'the disk is full': '디스크가 가득 찼습니다',
  'it is a folder; name a file in it': '폴더입니다. 그 안의 파일 이름을 적으세요',
  'a part of the path is a file, not a folder': '경로의 한 부분이 폴더가 아니라 파일입니다',
  'the name is too long': '이름이 너무 깁니다',
  'Tessera may not write there': '그곳에 쓸 권한이 없습니다',
  'another program holds the file': '다른 프로그램이 그 파일을 쓰고 있습니다',
  'your share of the disk is used up': '할당된 디스크 공간을 다 썼습니다',
  'that disk takes no file so large': '그 디스크에는 이렇게 큰 파일을 쓸 수 없습니다',
  'it was changed since it was imported': '가져온 뒤에 바뀌었습니다',

  // A project and its database.
  'its folder is not there any more, perhaps because its disk was unplugged':
    '폴더가 더 이상 없습니다. 디스크가 빠졌을 수 있습니다',
  'its database cannot be opened': '데이터베이스를 열 수 없습니다',
  'its disk does not allow the write-ahead log that keeps labels safe; use a disk of this computer':
    '라벨을 안전하게 지키는 기록 방식을 이 디스크에서 쓸 수 없습니다. 이 컴퓨터의 디스크를 쓰세요',
  'it is not a Tessera database': 'Tessera의 데이터베이스가 아닙니다',
  'it does not say whose it is': '어느 프로젝트의 것인지 적혀 있지 않습니다',
  'file is not a database': '데이터베이스 파일이 아닙니다',
  'database disk image is malformed': '데이터베이스의 내용이 어긋나 있습니다',
  'it is not what a training leaves': '학습이 남긴 파일이 아닙니다',
  'it is not what saving a network leaves': '저장한 신경망의 파일이 아닙니다',
  'it is not what bringing in a model leaves': '가져온 모델의 파일이 아닙니다',
  'Tessera was closed': 'Tessera를 닫았습니다',
  'signal {signal}': '시그널 {signal}',
  'exit code {code}': '종료 코드 {code}',
  'Tessera itself ended': 'Tessera가 끝났습니다',

  // Archives.
  'it does not begin as zip archives do': 'zip 파일의 시작 부분이 아닙니다',
  'it is damaged in the archive': '압축 파일 안에서 손상되었습니다',
  'it is longer than the archive says': '압축 파일에 적힌 것보다 깁니다',
  'it is compressed in a way that Tessera does not read ({method})':
    'Tessera가 읽지 않는 방식으로 압축되었습니다({method})',
  'it is encrypted; unpack it, then choose the folder': '암호가 걸려 있습니다. 풀어서 폴더를 고르세요',
  'it would unpack to more than {ratio} times its size': '풀면 원래 크기의 {ratio}배를 넘습니다',
  'it would unpack to more than {limit} GB': '풀면 {limit} GB를 넘습니다',
  'it holds two files that some systems take for one, {name}':
    '일부 시스템에서 같은 파일로 여기는 두 파일이 들어 있습니다, {name}',
  'it holds a name with a NUL in it, {name}': 'NUL 문자가 든 이름이 들어 있습니다, {name}',
  'it holds a name with a backslash, {name}': '역슬래시가 든 이름이 들어 있습니다, {name}',
  'it holds an absolute path, {name}': '절대 경로가 들어 있습니다, {name}',
  'it holds a path that leads out of it, {name}': '밖으로 나가는 경로가 들어 있습니다, {name}',
  'it holds a name that Windows keeps for a device, {name}':
    'Windows가 장치에 쓰는 이름이 들어 있습니다, {name}',
  'it holds a link or a device, {name}': '링크나 장치가 들어 있습니다, {name}',
  'it holds more than {most} files': '파일이 {most}개보다 많이 들어 있습니다',
  'it ends too early': '너무 일찍 끝납니다',

  // Lists and labels.
  'it is listed twice': '목록에 두 번 나옵니다',
  'a row names no file': '파일 이름이 없는 줄입니다',
  "it does not lie in the list's own folder": '목록이 있는 폴더 안에 있지 않습니다',
  'it lists {name}, which is not there': '목록에 있는 {name} 파일이 없습니다',
  'it may be a list of pictures; choose it itself to import what it lists':
    '사진 목록일 수 있습니다. 목록에 있는 것을 가져오려면 이 파일을 직접 고르세요',
  'its label is longer than {most} characters': '라벨이 {most}자를 넘습니다',
  'its quotes do not pair up': '따옴표의 짝이 맞지 않습니다',
  'its quotes do not pair up near line {line}': '{line}번째 줄 근처에서 따옴표의 짝이 맞지 않습니다',
  'line {line} is not a JSON object': '{line}번째 줄이 JSON 객체가 아닙니다',
  'its first row has no column {name}': '첫 줄에 {name} 열이 없습니다',
  'it has no column {name}': '{name} 열이 없습니다',
  'it is not UTF-8': 'UTF-8이 아닙니다',
  'it holds no CSV file': 'CSV 파일이 들어 있지 않습니다',
  'it holds several CSV files; choose the one that lists the pictures':
    'CSV 파일이 여럿 들어 있습니다. 사진 목록인 것을 고르세요',
  '{list} does not list it': '{list}의 목록에 없습니다',
  'none of its rows names a picture that is there ({path}: {reason})':
    '있는 사진을 가리키는 줄이 하나도 없습니다({path}: {reason})',
  'a note is longer than {most} characters': '메모가 {most}자를 넘습니다',
  '{text} is not a list of tags': '{text}은(는) 태그 목록이 아닙니다',
  '{text} is not a list of names': '{text}은(는) 이름 목록이 아닙니다',
  '{text} is not a split; write train, val, test or nothing':
    '{text}은(는) 분할이 아닙니다. train, val, test를 쓰거나 비워 두세요',

  // IDX, CIFAR and NumPy.
  'it is not an IDX file': 'IDX 파일이 아닙니다',
  'it is not one of the files of CIFAR': 'CIFAR의 파일이 아닙니다',
  'it is not a NumPy array': 'NumPy 배열이 아닙니다',
  'it holds neither pictures nor labels of unsigned bytes':
    '부호 없는 바이트로 된 사진도 라벨도 들어 있지 않습니다',
  'it holds no pictures': '사진이 들어 있지 않습니다',
  'it holds no {format} pictures': '{format} 사진이 들어 있지 않습니다',
  'it holds {labels} labels for the {pictures} pictures of {name}':
    '{name}의 사진 {pictures}장에 라벨이 {labels}개 들어 있습니다',
  'it holds Python objects, which are never opened; save numbers or texts':
    'Python 객체가 들어 있어 열지 않습니다. 숫자나 글자로 저장하세요',
  'it holds {type}; save pictures as bytes of 0 to 255, (255 * x).astype("uint8")':
    '{type} 값이 들어 있습니다. 사진을 0부터 255까지의 바이트로 저장하세요, (255 * x).astype("uint8")',
  'it holds {type}; save x.astype("float32") or x.astype("uint8") instead':
    '{type} 값이 들어 있습니다. x.astype("float32")나 x.astype("uint8")로 저장하세요',
  'it is in Fortran order; save numpy.ascontiguousarray(x) instead':
    'Fortran 순서입니다. numpy.ascontiguousarray(x)로 저장하세요',
  'it does not begin with the magic of .npy': '.npy 파일의 시작 부분이 아닙니다',
  'it ends within its header': '헤더 안에서 끝납니다',
  'a header of {length} bytes is too long': '{length}바이트 헤더는 너무 깁니다',
  'its header has no {name}': '헤더에 {name}이(가) 없습니다',
  'its shape has {part}': '모양에 {part}이(가) 있습니다',
  'its header promises {count} of them': '헤더에 {count}개라고 적혀 있습니다',
  'its header promises pictures of {width}×{height} pixels':
    '헤더에 {width}×{height} 픽셀 사진이라고 적혀 있습니다',
  'its header promises {count} {what}, but it ends after {read}':
    '헤더에 {count}개라고 적혀 있지만 {read}개에서 끝납니다',
  'its header promises {count} {what}, but more bytes follow':
    '헤더에 {count}개라고 적혀 있지만 바이트가 더 있습니다',
  'its header promises {count} values, but {bytes} bytes are there':
    '헤더에 값 {count}개라고 적혀 있지만 {bytes}바이트가 있습니다',
  'texts of {size} characters are too long': '{size}자짜리 글은 너무 깁니다',
  'picture {index} has label {label} of {known} classes':
    '사진 {index}의 라벨이 {label}인데 클래스는 {known}개뿐입니다',
  '{name} is taken in its place': '대신 {name}을(를) 씁니다',
  'there are no pictures for these labels': '이 라벨에 맞는 사진이 없습니다',

  // What was asked for.
  'say where the answers are to go': '답을 쓸 곳을 정하세요',
  'this program has none': '이 프로그램에는 없습니다',
  'it is not safe': '안전하지 않습니다',
  'it was never begun': '시작한 적이 없습니다',
  'A version': '버전',
  'A file name': '파일 이름',
  'The file name': '파일 이름',
  'The request': '요청',
  'it has no pictures': '사진이 없습니다',
  'it has no labeled pictures': '라벨이 붙은 사진이 없습니다',
  'no picture has both a label and a split yet': '라벨과 분할이 모두 있는 사진이 아직 없습니다',
  'it is empty': '비어 있습니다',
  'it is the same class twice': '같은 클래스가 두 번입니다',
  'nothing is wrong with this project': '이 프로젝트에는 문제가 없습니다',
  'There are no classes yet.': '아직 클래스가 없습니다.',
  'There are {classes}.': '지금은 {classes}입니다.',
  'None is to be learned yet.': '아직 배울 것이 없습니다.',
  'No picture is in the training split; assign splits first.':
    '학습 분할에 사진이 없습니다. 먼저 분할을 지정하세요.',
  'A class name': '클래스 이름',
  'The project': '프로젝트',
  'The train split': '학습 분할',
  'The val split': '검증 분할',
  'The test split': '시험 분할',
  Merging: '합치기',

  // Where a network does not fit together, and why a step of editing it cannot be made.
  'another layer has the same name': '같은 이름의 층이 또 있습니다',
  'it reads {name}, which does not come before it': '앞에 없는 {name}을(를) 읽습니다',
  'its size must be odd': '크기는 홀수여야 합니다',
  'it got {shape}, but expects one row of numbers; put a flatten before it':
    '{shape}이(가) 들어왔지만 숫자 한 줄이 필요합니다. 앞에 펼치기를 넣으세요',
  'padding cannot be negative': '패딩은 음수일 수 없습니다',
  'it needs exactly two inputs': '입력이 정확히 두 개여야 합니다',
  '{one} gives {shape} and {other} gives {second}; the second must be of one shape with the first, or give one number for each of its channels':
    '{one}의 출력은 {shape}, {other}의 출력은 {second}입니다. 둘의 모양이 같거나, 둘째가 채널마다 값 하나를 내야 합니다',
  '{one} gives {shape} and {other} gives {second}; only pictures of one size can be laid together':
    '{one}의 출력은 {shape}, {other}의 출력은 {second}입니다. 크기가 같은 것만 이어 붙일 수 있습니다',
  '{one} gives {shape} and {other} gives {second}; only equal shapes can be added':
    '{one}의 출력은 {shape}, {other}의 출력은 {second}입니다. 모양이 같은 것만 더할 수 있습니다',
  '{channels} channels and {filters} filters cannot be divided into {groups} groups':
    '채널 {channels}개와 필터 {filters}개를 그룹 {groups}개로 나눌 수 없습니다',
  'padding {padding} must be between 0 and half of the window {window}':
    '패딩 {padding}은(는) 0부터 창 {window}의 절반 사이여야 합니다',
  'it got {shape} numbers in a row, but expects channels × height × width':
    '숫자 {shape}개가 한 줄로 들어왔지만 채널 × 높이 × 너비가 필요합니다',
  'its window of {window} is larger than the {size} that it gets':
    '{window} 크기의 창이 들어온 {size}보다 큽니다',
  'it takes {takes}, but the pictures are {pictures}': '{takes}을(를) 받지만 사진은 {pictures}입니다',
  'no layer reads what it gives': '이 출력을 읽는 층이 없습니다',
  'no layer reads the picture': '사진을 읽는 층이 없습니다',
  'its logits do not depend on the picture': '결과가 사진과 이어져 있지 않습니다',
  'there is no layer of this name, but a loss is taken of it': '손실을 재는 층인데 그 이름의 층이 없습니다',
  'a loss is taken of what it gives: no layer may read it, and no second loss be taken':
    '손실을 재는 층입니다. 다른 층이 읽거나 손실을 두 번 잴 수 없습니다',
  'it gives {shape}, but the last layer must give one number for each of {classes} classes':
    '출력이 {shape}이지만, 마지막 층은 클래스 {classes}개마다 값 하나씩 내야 합니다',
  'it gives {shape}, but an auxiliary head must give one number for each of {classes} classes':
    '출력이 {shape}이지만, 보조 분류기는 클래스 {classes}개마다 값 하나씩 내야 합니다',
  'it has no layer {layer}': '{layer} 층이 없습니다',
  'the loss is taken of what {layer} gives, so no other layer can read it':
    '{layer}의 출력으로 손실을 재므로 다른 층이 읽을 수 없습니다',
  '{layer} has no input {number}': '{layer}에는 {number}번째 입력이 없습니다',
  'a network needs at least one layer': '네트워크에는 층이 적어도 하나 있어야 합니다',
  '{layer} would be the last layer, but others read what it gives':
    '{layer}이(가) 마지막 층이 되지만 다른 층이 읽고 있습니다',
  '{layer} would end the network in its place, but others read what it gives':
    '그 자리에서 {layer}이(가) 네트워크를 끝내게 되지만 다른 층이 읽고 있습니다',
  '{what} has more than one way in or out, so a copy cannot stand behind it; copy what lies on one way':
    '{what}에는 드나드는 길이 둘 이상이어서 뒤에 사본을 둘 수 없습니다. 한 길 위에 있는 것을 복제하세요',
  '{layer} is where branches meet, so it cannot change places':
    '{layer}은(는) 가지가 만나는 곳이라 자리를 바꿀 수 없습니다',
  'nothing but the picture stands before {layer}': '{layer} 앞에는 사진밖에 없습니다',
  '{layer} can change places only with a layer that alone reads it':
    '{layer}은(는) 혼자서 이 층을 읽는 층과만 자리를 바꿀 수 있습니다',
  'there is no layer to copy': '복제할 층이 없습니다',
  'a branch from {layer} to itself leads nowhere': '{layer}에서 자기 자신으로 가는 가지는 만들 수 없습니다',
  '{layer} reads one layer only': '{layer}은(는) 층 하나만 읽습니다',
  '{layer} reads one layer only; remove the layer instead':
    '{layer}은(는) 층 하나만 읽습니다. 대신 층을 지우세요',
  '{layer} multiplies two inputs, no more': '{layer}은(는) 입력 두 개만 곱합니다',
  'nothing is known that makes what {from} gives fit {layer}':
    '{from}의 출력을 {layer}에 맞출 방법이 없습니다',
  '{layer} cannot read itself': '{layer}은(는) 자기 자신을 읽을 수 없습니다',
  '{layer} cannot read {from}, which is computed from it: the way would go round in a circle':
    '{from}은(는) {layer}에서 계산되므로 {layer}이(가) 읽으면 길이 한 바퀴 돌게 됩니다',
  '{layer} would read another number of layers; remove it and put in the other':
    '{layer}이(가) 읽는 층의 수가 달라집니다. 지우고 다른 층을 넣으세요',
  '{layer} has {count} inputs, and exactly two can be multiplied':
    '{layer}의 입력은 {count}개인데, 곱하기에는 정확히 두 개가 필요합니다',
  'a layer cannot be called “{name}”': '층 이름으로 “{name}”을(를) 쓸 수 없습니다',
  'another layer is called {name}': '{name}(이)라는 층이 이미 있습니다',
  '{layer} is no auxiliary head': '{layer}은(는) 보조 분류기가 아닙니다',
  '{layer} ends the network, and its loss is taken already':
    '{layer}이(가) 네트워크를 끝내며, 손실을 이미 재고 있습니다',
  'two of its layers are called {name}': '이름이 {name}인 층이 두 개 있습니다',
  'it has {count} layers, and at most {most} are read': '층이 {count}개입니다. {most}개까지만 읽습니다',

  // What a job is doing.
  '{done} of {total} pictures': '사진 {total}장 중 {done}장',
  '{done} of {total} files': '파일 {total}개 중 {done}개',
  '{done} pictures': '사진 {done}장',
  'Looking for pictures': '사진을 찾는 중',
  'Reading pictures': '사진을 읽는 중',
  'Reading pictures, {done} of {total} pictures': '사진을 읽는 중, {total}장 중 {done}장',
  'Looking at pictures, {done} of {total} pictures': '사진을 보는 중, {total}장 중 {done}장',
  'Answers of {name}, {done} of {total} pictures': '{name}의 답, 사진 {total}장 중 {done}장',
  'Trying learning rates, {done} of {total}': '학습률을 시험하는 중, {total}개 중 {done}개',
  'Measuring this computer': '이 컴퓨터를 측정하는 중',
  'Trying out these settings': '이 설정을 시험하는 중',
  'Epoch {epoch} of {epochs}, {seen} of {all} pictures': '에폭 {epochs} 중 {epoch}, 사진 {all}장 중 {seen}장',
};
