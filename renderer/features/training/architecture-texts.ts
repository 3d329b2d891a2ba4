import type { ArchitectureName } from '../../../app/contract/index.ts';

type Texts = Record<ArchitectureName, string>;

const en: Texts = {
  'small-cnn':
    'Two convolutions with max pooling and one dense layer. It trains in seconds and is enough for drawings, digits and simple shapes.',
  lenet:
    'The network that read cheques in the nineties: two 5 × 5 convolutions and three dense layers. Small enough to follow every number of it.',
  'resnet-20':
    'Nine residual blocks: each adds what it has learned to what came in, so that depth does not get in the way of learning. A good choice for small colour pictures.',
  'resnet-32': 'ResNet-20 with six more blocks. A little more accurate, and about two thirds more work.',
  'vgg-small':
    'The eight 3 × 3 convolutions of VGG-11 with batch norm and one dense layer. Simple and strong, but large for its pictures.',
  'inception-small':
    'Modules that look at the picture through 1 × 1 and 3 × 3 windows side by side and join what they see. Much computation for few parameters.',
  'efficientnet-lite0':
    'Each block widens, filters every channel by itself and narrows again, at widths and depths that were found by search. The best accuracy for its cost; made for phones and processors without a graphics card.',
  'mobilenet-v2':
    'Narrow on the outside, wide inside, every channel filtered by itself: one sixth of the work of ResNet-18. Needs many pictures to learn well from scratch.',
  'resnet-18':
    'Eight residual blocks of two 3 × 3 convolutions. The usual first choice for photographs: robust, and quick for its accuracy.',
  'resnet-34': 'ResNet-18 with twice as many blocks. More accurate where there are many pictures.',
  'resnet-50':
    'Sixteen blocks that narrow, convolve and widen. The standard of many papers; a night’s work without a graphics card.',
  googlenet:
    'Nine inception modules: windows of several sizes look at the same map side by side. Two auxiliary heads help it to learn and are left out of the finished model.',
  alexnet:
    'The network that won ImageNet in 2012. Large windows at the front and two wide dense layers, which hold nine tenths of its parameters.',
  'vgg-11':
    'Nothing but 3 × 3 convolutions and max pooling, then two dense layers of 4096. Easy to understand and heavy to train.',
  'vgg-11-bn':
    'VGG-11 with batch norm after every convolution, which lets it learn from scratch with a larger learning rate.',
  'vgg-13': 'VGG with two convolutions before each pool.',
  'vgg-13-bn': 'VGG-13 with batch norm after every convolution.',
  'vgg-16':
    'VGG with thirteen convolutions, the variant that is most used. Eight times the work of ResNet-18.',
  'vgg-16-bn': 'VGG-16 with batch norm after every convolution.',
  'vgg-19': 'The deepest VGG, with sixteen convolutions.',
  'vgg-19-bn': 'VGG-19 with batch norm after every convolution.',
};

const ko: Texts = {
  'small-cnn':
    '최대 풀링을 거치는 합성곱 두 층과 완전 연결 한 층입니다. 몇 초면 학습되고, 그림이나 숫자, 단순한 모양에는 이것으로 충분합니다.',
  lenet:
    '1990년대에 수표의 숫자를 읽던 네트워크입니다. 5 × 5 합성곱 두 층과 완전 연결 세 층뿐이라 모든 숫자를 따라가 볼 수 있습니다.',
  'resnet-20':
    '잔차 블록 아홉 개로 이루어집니다. 블록마다 배운 것을 들어온 값에 더하므로, 층이 깊어져도 학습이 막히지 않습니다. 작은 컬러 사진에 알맞습니다.',
  'resnet-32': 'ResNet-20에 블록 여섯 개를 더했습니다. 조금 더 정확하고, 계산은 약 3분의 2가 늘어납니다.',
  'vgg-small':
    'VGG-11의 3 × 3 합성곱 여덟 층에 배치 정규화를 더하고 완전 연결은 한 층만 두었습니다. 단순하고 강력하지만 사진 크기에 비해 큽니다.',
  'inception-small':
    '1 × 1과 3 × 3 창으로 나란히 들여다보고 본 것을 합치는 모듈로 이루어집니다. 매개변수는 적고 계산은 많습니다.',
  'efficientnet-lite0':
    '블록마다 채널을 넓히고, 채널별로 따로 거른 뒤 다시 좁힙니다. 너비와 깊이는 탐색으로 찾은 값입니다. 비용에 비해 가장 정확하며, 휴대전화와 그래픽 카드가 없는 컴퓨터에 맞게 만들어졌습니다.',
  'mobilenet-v2':
    '바깥은 좁고 안은 넓으며 채널마다 따로 거릅니다. 계산이 ResNet-18의 6분의 1입니다. 처음부터 잘 학습하려면 사진이 많아야 합니다.',
  'resnet-18':
    '3 × 3 합성곱 두 층짜리 잔차 블록 여덟 개입니다. 사진을 분류할 때 흔히 처음 고르는 네트워크로, 안정적이고 정확도에 비해 빠릅니다.',
  'resnet-34': '블록이 ResNet-18의 두 배입니다. 사진이 많을 때 더 정확합니다.',
  'resnet-50':
    '좁히고, 합성곱하고, 넓히는 블록 열여섯 개입니다. 많은 논문의 기준이며, 그래픽 카드 없이는 하룻밤이 걸리는 일입니다.',
  googlenet:
    '크기가 다른 창으로 같은 특징 맵을 나란히 들여다보는 인셉션 모듈 아홉 개입니다. 학습을 돕는 보조 분류기 두 개가 있고, 완성된 모델에서는 빠집니다.',
  alexnet:
    '2012년 ImageNet 대회에서 우승한 네트워크입니다. 앞쪽 창이 크고, 넓은 완전 연결 두 층에 매개변수의 10분의 9가 들어 있습니다.',
  'vgg-11':
    '3 × 3 합성곱과 최대 풀링, 그리고 4096개짜리 완전 연결 두 층이 전부입니다. 이해하기 쉽지만 학습은 무겁습니다.',
  'vgg-11-bn':
    'VGG-11의 합성곱마다 배치 정규화를 더했습니다. 처음부터 학습할 때 더 큰 학습률을 쓸 수 있습니다.',
  'vgg-13': '풀링 앞마다 합성곱이 두 층씩 있는 VGG입니다.',
  'vgg-13-bn': 'VGG-13의 합성곱마다 배치 정규화를 더했습니다.',
  'vgg-16': '합성곱이 열세 층인, 가장 많이 쓰이는 VGG입니다. 계산이 ResNet-18의 여덟 배입니다.',
  'vgg-16-bn': 'VGG-16의 합성곱마다 배치 정규화를 더했습니다.',
  'vgg-19': '합성곱이 열여섯 층인 가장 깊은 VGG입니다.',
  'vgg-19-bn': 'VGG-19의 합성곱마다 배치 정규화를 더했습니다.',
};

/** What each architecture is, in a few sentences. */
export const architectureTexts = { en, ko };
