/** Why a model of another program is not brought in, as `host-sentences` has it for pictures. */
export const modelSentences: Readonly<Record<string, string>> = {
  // Any file.
  'The model': '모델',
  'bring in one file at a time': '한 번에 파일 하나만 가져오세요',
  'it is a pickle, which can run any program when it is opened; save the weights with safetensors.torch.save_file(model.state_dict(), "model.safetensors") and bring in that file':
    '열면 어떤 프로그램이든 실행할 수 있는 pickle 파일입니다. safetensors.torch.save_file(model.state_dict(), "model.safetensors")로 가중치를 저장해 그 파일을 가져오세요',
  'it is neither a .safetensors nor an .onnx file': '.safetensors 파일도 .onnx 파일도 아닙니다',
  'layer {layer}: {reason}': '{layer} 층: {reason}',
  'the network ends in it, where a dense layer or a convolution would name the classes':
    '네트워크가 이 층에서 끝납니다. 클래스를 내는 완전 연결 층이나 합성곱이 있어야 합니다',
  'it takes pictures of {width} × {height} pixels, and those of Tessera are square':
    '{width} × {height}픽셀 사진을 받지만 Tessera의 사진은 정사각형입니다',
  'with pictures of {size} pixels it would have [{shape}] weights, but the model that was brought in has [{own}]; take pictures of {made} pixels':
    '{size}픽셀 사진이면 가중치가 [{shape}]이어야 하는데 가져온 모델은 [{own}]입니다. {made}픽셀 사진을 쓰세요',
  'the file does not say what its pictures are brought to': '파일에 입력 값의 범위가 적혀 있지 않습니다',

  // Weights by themselves.
  'it does not say which layer names the classes': '어느 층이 클래스를 내는지 적혀 있지 않습니다',
  'it names {named} classes and tells {told} apart': '클래스 이름은 {named}개인데 {told}개를 구별합니다',
  'its means and deviations are not those of {channels} channels':
    '평균과 표준편차가 채널 {channels}개의 것이 아닙니다',
  '{name} is not in it': '{name}이(가) 없습니다',
  '{name} has the shape [{given}], where [{wanted}] is expected':
    '{name}의 모양이 [{given}]인데 [{wanted}]이어야 합니다',
  '{name} belongs to no layer of it': '{name}은(는) 어느 층에도 속하지 않습니다',
  'it looks like {title}, but {reason}': '{title}처럼 보이지만, {reason}',
  'its keys ({some}) are those of no architecture that Tessera knows: {known}':
    '키({some})가 Tessera가 아는 어느 구조와도 맞지 않습니다: {known}',
  'its classifier has weights and biases of different lengths': '분류 층의 가중치와 편향의 길이가 다릅니다',

  // ONNX as a whole.
  'it holds no network': '네트워크가 들어 있지 않습니다',
  'it holds no layer': '층이 들어 있지 않습니다',
  'it gives no output': '출력이 없습니다',
  'it has {count} nodes; {most} are allowed': '노드가 {count}개입니다. {most}개까지만 됩니다',
  'it has {count} constants': '상수가 {count}개입니다',
  'its operators are of version {version}; versions {oldest} to {newest} are known':
    '연산자 버전이 {version}입니다. {oldest}부터 {newest}까지만 읽습니다',
  'two constants are called {name}': '이름이 {name}인 상수가 둘입니다',
  'no node gives its output {name}': '출력 {name}을(를) 내는 노드가 없습니다',
  'its output does not depend on a layer': '출력이 어느 층에도 달려 있지 않습니다',
  'a name in it is longer than a thousand letters': '천 글자보다 긴 이름이 들어 있습니다',
  'it takes {count} inputs, where one picture is expected': '입력이 {count}개인데 사진 하나여야 합니다',
  'it takes neither bytes nor floats': '바이트도 실수도 받지 않습니다',
  'it takes [{shape}], where pictures of a fixed size, grey or in colour, are expected':
    '[{shape}]을(를) 받는데, 크기가 정해진 흑백이나 컬러 사진이어야 합니다',
  'it tells {count} classes apart': '클래스가 {count}개입니다',
  'it cannot be parsed ({reason})': '읽을 수 없습니다({reason})',

  // A node of ONNX.
  'its node {node} ({operator}) cannot be taken over: {reason}':
    '노드 {node}({operator})을(를) 가져올 수 없습니다: {reason}',
  'Tessera does not know this operator': 'Tessera가 모르는 연산자입니다',
  'Tessera does not know this operator, nor {names}': 'Tessera가 모르는 연산자입니다. {names}도 모릅니다',
  'no node before it gives its input {place}': '앞의 어느 노드도 입력 {place}을(를) 내지 않습니다',
  'its output has no name of its own': '출력에 자기만의 이름이 없습니다',
  'what is done to pictures before it cannot be undone': '그 앞에서 사진에 하는 일을 되돌릴 수 없습니다',
  'its input {place} is missing': '입력 {place}이(가) 없습니다',
  'its input {place} is computed, where weights of the file are expected':
    '입력 {place}이(가) 계산된 값인데, 파일에 든 가중치여야 합니다',
  'its input {place} does not depend on the picture': '입력 {place}이(가) 사진에 달려 있지 않습니다',
  'its value is of a kind that networks of pictures do not have': '값이 사진 네트워크에 없는 종류입니다',
  'it has no inputs': '입력이 없습니다',
  'it needs channels, height and width, but [{shape}] comes':
    '채널, 높이, 너비가 필요한데 [{shape}]이(가) 들어옵니다',
  'the padding {name} is not known': '알 수 없는 패딩 {name}입니다',
  'its pads are not four sizes': 'pads가 크기 네 개가 아닙니다',
  'its window has gaps': '창에 틈이 있습니다',
  'its padding [{sides}] gives other windows than a pool of Tessera':
    '패딩 [{sides}]이(가) Tessera의 풀링과 다른 창을 만듭니다',
  'only zeros can be put around pictures': '사진 둘레에는 0만 채울 수 있습니다',
  'only height and width can be padded': '높이와 너비에만 패딩할 수 있습니다',
  'only convolutions of pictures are known': '사진의 합성곱만 압니다',
  'its weights [{shape}] in {groups} groups take {wanted} channels, but {given} come':
    '가중치 [{shape}]은(는) 그룹 {groups}개로 채널 {wanted}개를 받는데 {given}개가 들어옵니다',
  'pictures cannot be turned against each other': '사진을 서로 뒤집을 수 없습니다',
  'weights [{shape}] do not take [{given}]': '가중치 [{shape}]은(는) [{given}]을(를) 받지 않습니다',
  'its epsilon must be positive': 'epsilon은 0보다 커야 합니다',
  'it has {count} numbers where {channels} channels need one each':
    '숫자가 {count}개인데 채널 {channels}개에 하나씩 있어야 합니다',
  'its {name} are not two positive numbers': '{name}이(가) 양수 두 개가 아닙니다',
  'only the hard sigmoid x / 6 + 1/2 is known': 'hard sigmoid는 x / 6 + 1/2만 압니다',
  'only the end of a network may be the logarithm of a softmax':
    '소프트맥스의 로그는 네트워크의 끝에만 올 수 있습니다',
  'only channels can be laid side by side': '채널만 나란히 이을 수 있습니다',
  'only limits from 0 on are known': '0부터 시작하는 한계만 압니다',
  'only the limits 0 and 6 are known': '한계 0과 6만 압니다',
  'only the mean over height and width is known': '높이와 너비에 대한 평균만 압니다',
  'it puts the numbers of a rearranged picture into a row': '순서를 바꾼 사진의 숫자를 한 줄로 놓습니다',
  'only one row for each picture is known': '사진마다 한 줄만 압니다',
  '[{wanted}] is no shape for [batch, {given}]': '[{wanted}]은(는) [batch, {given}]에 맞는 모양이 아닙니다',
  'it takes a picture apart': '사진을 나눕니다',
  'it leaves out a size that is not 1': '1이 아닌 크기를 뺍니다',
  'it moves the batch': '배치의 자리를 옮깁니다',
  'it moves channels or pixels of a picture to other places': '사진의 채널이나 픽셀을 다른 자리로 옮깁니다',
  'only tables of weights can be turned': '가중치 표만 뒤집을 수 있습니다',
  'it reads a number that is not there': '없는 숫자를 읽습니다',
  'only single numbers can be rearranged': '숫자 하나만 다시 놓을 수 있습니다',
  'it computes with numbers of the file alone': '파일에 든 숫자만으로 계산합니다',
  'it mixes several layers with numbers of the file': '여러 층을 파일에 든 숫자와 섞습니다',
  'numbers of the file can be subtracted or divided by, not the other way round':
    '파일에 든 숫자를 빼거나 그것으로 나눌 수는 있지만, 그 반대는 안 됩니다',
  'layers can be added and multiplied only': '층은 더하거나 곱할 수만 있습니다',
  'numbers of the shape [{shape}] are not one for each channel':
    '모양이 [{shape}]인 숫자는 채널마다 하나씩이 아닙니다',
  'it reads numbers rearranged to [{shape}], which no layer takes':
    '[{shape}](으)로 다시 놓은 숫자를 읽는데, 그런 것을 받는 층은 없습니다',
  'it multiplies or adds numbers to a row where no layer can take them':
    '한 줄에 숫자를 곱하거나 더하는데, 그것을 맡을 층이 없습니다',
  'it would give {shape} numbers': '숫자를 {shape}개 내게 됩니다',
  'the values of {name} lie in another file': '{name}의 값이 다른 파일에 있습니다',
  '{name} has sizes that are no sizes': '{name}의 크기가 올바르지 않습니다',
  '{name} promises more numbers than a file can hold':
    '{name}에 파일이 담을 수 있는 것보다 많은 숫자가 적혀 있습니다',
  '{name} holds numbers of the type {type}': '{name}에 {type} 형식의 숫자가 들어 있습니다',
  '{name} holds {count} numbers, which do not fill [{shape}]':
    '{name}에 든 숫자 {count}개로는 [{shape}]을(를) 채우지 못합니다',
  'it was not exported by Tessera: its metadata do not say what goes in and what comes out':
    'Tessera가 내보낸 파일이 아닙니다. 무엇이 들어가고 나오는지 적혀 있지 않습니다',
  'it has a node of the operator {operator}, which Tessera does not write':
    'Tessera가 쓰지 않는 {operator} 연산이 들어 있습니다',
  'its weights take more than the 2 GB that an ONNX file may hold; export safetensors instead':
    '가중치가 ONNX 파일의 한도인 2 GB를 넘습니다. safetensors로 내보내세요',
};
