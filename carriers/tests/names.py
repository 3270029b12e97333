"""Invented recipient names in many scripts: every given name with every family name, 45 per script."""

from itertools import product

PARTS: dict[str, tuple[str, str]] = {
    "western": ("Anne José Zoë Björn Søren Çağla François Íñigo Ägidius", "Müller Ó-Brien D’Angelo Æsirsson Straßer"),
    "central": ("Łucja Žofia Győző Ștefan Dženana Ģirts Ķēvins Iñaki Þóra", "Żółkiewska Dvořák Țepeș Đorđević Šķēle"),
    "vietnamese": ("Ngọc Thuỷ Hữu Đức Ước Mỹ Quỳnh Bảo Diễm", "Nguyễn Trần Phạm Đặng Vỹ"),
    "marked": ("Ẹ̀kọ́ Adébáyọ̀ Ọlá̩ J̌an M̈ia Ḳāsim Ṛta Ňina Ẋaver", "Ọ̀ṣun Ḧall R̃ojas Ạ́de Ṣ́ọlá"),
    "greek": ("Ελένη Γιώργος Άννα Σοφία Ηλίας Μαρία Νίκος Ζωή Ιωάννης", "Παπαδόπουλος Ωνάσης Χατζής Ξένου Ψαράς"),
    "cyrillic": ("Юлия Сергей Ёлка Їван Ґалина Ђорђе Ѓорѓи Љубица Әлия", "Щербаков Жуковський Ћирић Ўзбек Қасымов"),
    "armenian": ("Արմեն Անի Հայկ Նարե Գոռ Լիլիթ Տիգրան Շուշան Վարդան", "Սարգսյան Պետրոսյան Ղազարյան Ճանճյան Օհանյան"),
    "georgian": (
        "გიორგი ნინო დავით თამარ ლევან ეკა ზურაბ ქეთო ჯაბა",
        "ბერიძე კაპანაძე ღვინიაშვილი ჭავჭავაძე ხვედელიძე",
    ),
    "arabic": ("محمد فاطمة يوسف عائشة إبراهيم آمنة خالد زينب لؤي", "الأحمد القحطاني بن‌علي العبدالله طه"),
    "persian": ("پرویز ژاله گلناز چنگیز کیوان مهدی یاسمن علی‌رضا نیما", "احمدی‌پور گل‌محمدی قزوینی پژمان چایچی"),
    "urdu": ("ٹیپو ڈاکٹر ہاجرہ بےنظیر نورجہاں ثریا ذیشان ظفر غزالہ", "جٹ بٹ چوہدری ڈوگر کھوکھر"),
    "hebrew": ("דוד שרה יוסף רחל משה מרים דָּוִד נֹעַם אסתר", "כהן לוי מזרחי פרץ בן־גוריון"),
    "thai": ("สมชาย ปัญญา ผู้ใหญ่ กุ้ง ณัฐวุฒิ เก่งกล้า ฟ้าใส น้ำฝน ธิดา", "ใจดี ศรีสุข ทองคำ แก้วมณี สิทธิ์เจริญ"),
    "devanagari": ("अमित क्षत्रिय ज्ञानेश श्रेया कृष्ण दुर्गा विश्वनाथ ऋषि हृदय", "शर्मा त्रिपाठी चौधरी मिश्र वर्मा"),
    "bengali": ("রহিম শ্রাবণী কৃষ্ণা মৌসুমী জ্যোতি সুস্মিতা অনির্বাণ দীপ্তি বৈশাখী", "চট্টোপাধ্যায় সেন বন্দ্যোপাধ্যায় মজুমদার ইসলাম"),
    "simplified": ("伟 芳 娜 秀英 敏 静 丽 强 晓东", "王 李 张 刘 欧阳"),
    "traditional": ("學友 麗華 國榮 寶珠 豔芳 鏡明 龍 憶慈 瀅", "張 劉 陳 黃 歐陽"),
    "japanese": ("さくら 太郎 メアリー 翔太 美咲 ひろし 陽菜 ケンジ 凛", "田中 髙橋 渡邉 佐々木 ヴォーン"),
    "korean": ("철수 영희 민준 서연 지훈 예은 현우 수빈 태양", "김 이 박 최 황보"),
}


def names(script: str) -> list[str]:
    given, family = PARTS[script]
    return [f"{given_name} {family_name}" for given_name, family_name in product(given.split(" "), family.split(" "))]


NAMES = {script: names(script) for script in PARTS}
