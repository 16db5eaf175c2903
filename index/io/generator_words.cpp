#include "index/io/generator_words.h"

#include <array>
#include <utility>

namespace roster::generator {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::string_view kPolishMen[] = {
    "Jan",    "Piotr",    "Krzysztof", "Andrzej",  "Tomasz",  "Paweł",    "Michał", "Marcin",   "Jakub",   "Adam",
    "Łukasz", "Grzegorz", "Mateusz",   "Wojciech", "Mariusz", "Dariusz",  "Maciej", "Rafał",    "Robert",  "Kamil",
    "Dawid",  "Szymon",   "Kacper",    "Bartosz",  "Filip",   "Sławomir", "Józef",  "Zbigniew", "Mikołaj", "Żegota"};
constexpr std::string_view kPolishWomen[] = {
    "Anna",     "Katarzyna", "Maria",      "Małgorzata", "Agnieszka", "Barbara",    "Ewa",     "Magdalena",
    "Elżbieta", "Joanna",    "Aleksandra", "Zofia",      "Monika",    "Teresa",     "Natalia", "Julia",
    "Karolina", "Marta",     "Beata",      "Dorota",     "Alicja",    "Hanna",      "Urszula", "Iwona",
    "Oliwia",   "Grażyna",   "Bożena",     "Wiktoria",   "Gabriela",  "Świętosława"};
constexpr FamilyName kPolishFamilies[] = {{"Nowak", "Nowak"},
                                          {"Kowalski", "Kowalska"},
                                          {"Wiśniewski", "Wiśniewska"},
                                          {"Wójcik", "Wójcik"},
                                          {"Kowalczyk", "Kowalczyk"},
                                          {"Kamiński", "Kamińska"},
                                          {"Lewandowski", "Lewandowska"},
                                          {"Zieliński", "Zielińska"},
                                          {"Szymański", "Szymańska"},
                                          {"Woźniak", "Woźniak"},
                                          {"Dąbrowski", "Dąbrowska"},
                                          {"Kozłowski", "Kozłowska"},
                                          {"Mazur", "Mazur"},
                                          {"Jankowski", "Jankowska"},
                                          {"Kwiatkowski", "Kwiatkowska"},
                                          {"Wojciechowski", "Wojciechowska"},
                                          {"Krawczyk", "Krawczyk"},
                                          {"Kaczmarek", "Kaczmarek"},
                                          {"Piotrowski", "Piotrowska"},
                                          {"Grabowski", "Grabowska"},
                                          {"Zając", "Zając"},
                                          {"Pawłowski", "Pawłowska"},
                                          {"Król", "Król"},
                                          {"Michalski", "Michalska"},
                                          {"Wróbel", "Wróbel"},
                                          {"Wieczorek", "Wieczorek"},
                                          {"Jabłoński", "Jabłońska"},
                                          {"Nowakowski", "Nowakowska"},
                                          {"Majewski", "Majewska"},
                                          {"Olszewski", "Olszewska"},
                                          {"Stępień", "Stępień"},
                                          {"Dudek", "Dudek"},
                                          {"Jaworski", "Jaworska"},
                                          {"Adamczyk", "Adamczyk"},
                                          {"Malinowski", "Malinowska"},
                                          {"Górski", "Górska"},
                                          {"Pawlak", "Pawlak"},
                                          {"Nowicki", "Nowicka"},
                                          {"Sikora", "Sikora"},
                                          {"Witkowski", "Witkowska"},
                                          {"Rutkowski", "Rutkowska"},
                                          {"Walczak", "Walczak"},
                                          {"Baran", "Baran"},
                                          {"Michalak", "Michalak"},
                                          {"Szewczyk", "Szewczyk"},
                                          {"Ostrowski", "Ostrowska"},
                                          {"Tomaszewski", "Tomaszewska"},
                                          {"Zalewski", "Zalewska"},
                                          {"Wróblewski", "Wróblewska"},
                                          {"Pietrzak", "Pietrzak"},
                                          {"Jasiński", "Jasińska"},
                                          {"Marciniak", "Marciniak"},
                                          {"Sadowski", "Sadowska"},
                                          {"Duda", "Duda"},
                                          {"Bąk", "Bąk"},
                                          {"Włodarczyk", "Włodarczyk"},
                                          {"Chmielewski", "Chmielewska"},
                                          {"Borkowski", "Borkowska"},
                                          {"Gżegżółka", "Gżegżółka"},
                                          {"Śliwa", "Śliwa"}};

constexpr std::string_view kRussianMen[] = {
    "Александр", "Дмитрий", "Сергей", "Андрей",     "Алексей", "Максим", "Евгений", "Иван",  "Михаил",   "Николай",
    "Владимир",  "Артём",   "Павел",  "Роман",      "Никита",  "Илья",   "Кирилл",  "Денис", "Антон",    "Игорь",
    "Юрий",      "Олег",    "Виктор", "Константин", "Тимофей", "Глеб",   "Фёдор",   "Семён", "Григорий", "Эдуард"};
constexpr std::string_view kRussianWomen[] = {
    "Анна",      "Елена",   "Ольга",  "Наталья", "Екатерина", "Татьяна", "Мария",    "Ирина",   "Юлия",    "Светлана",
    "Анастасия", "Дарья",   "Ксения", "Марина",  "Виктория",  "Алина",   "Полина",   "Евгения", "Людмила", "Галина",
    "Валентина", "Надежда", "Вера",   "Любовь",  "София",     "Алёна",   "Кристина", "Жанна",   "Эльвира", "Яна"};
constexpr FamilyName kRussianFamilies[] = {
    {"Иванов", "Иванова"},        {"Смирнов", "Смирнова"},   {"Кузнецов", "Кузнецова"},
    {"Попов", "Попова"},          {"Васильев", "Васильева"}, {"Петров", "Петрова"},
    {"Соколов", "Соколова"},      {"Михайлов", "Михайлова"}, {"Новиков", "Новикова"},
    {"Фёдоров", "Фёдорова"},      {"Морозов", "Морозова"},   {"Волков", "Волкова"},
    {"Алексеев", "Алексеева"},    {"Лебедев", "Лебедева"},   {"Семёнов", "Семёнова"},
    {"Егоров", "Егорова"},        {"Павлов", "Павлова"},     {"Козлов", "Козлова"},
    {"Степанов", "Степанова"},    {"Николаев", "Николаева"}, {"Орлов", "Орлова"},
    {"Андреев", "Андреева"},      {"Макаров", "Макарова"},   {"Никитин", "Никитина"},
    {"Захаров", "Захарова"},      {"Зайцев", "Зайцева"},     {"Соловьёв", "Соловьёва"},
    {"Борисов", "Борисова"},      {"Яковлев", "Яковлева"},   {"Григорьев", "Григорьева"},
    {"Романов", "Романова"},      {"Воробьёв", "Воробьёва"}, {"Сергеев", "Сергеева"},
    {"Кузьмин", "Кузьмина"},      {"Фролов", "Фролова"},     {"Александров", "Александрова"},
    {"Дмитриев", "Дмитриева"},    {"Королёв", "Королёва"},   {"Гусев", "Гусева"},
    {"Киселёв", "Киселёва"},      {"Ильин", "Ильина"},       {"Максимов", "Максимова"},
    {"Поляков", "Полякова"},      {"Сорокин", "Сорокина"},   {"Виноградов", "Виноградова"},
    {"Ковалёв", "Ковалёва"},      {"Белов", "Белова"},       {"Медведев", "Медведева"},
    {"Антонов", "Антонова"},      {"Тарасов", "Тарасова"},   {"Жуков", "Жукова"},
    {"Баранов", "Баранова"},      {"Филиппов", "Филиппова"}, {"Комаров", "Комарова"},
    {"Щербаков", "Щербакова"},    {"Цветков", "Цветкова"},   {"Достоевский", "Достоевская"},
    {"Чайковский", "Чайковская"}, {"Шевченко", "Шевченко"},  {"Эрнст", "Эрнст"}};

constexpr std::string_view kEnglishMen[] = {
    "James",  "John",    "Robert", "Michael", "William", "David", "Richard", "Joseph", "Thomas", "Charles",
    "Daniel", "Matthew", "Oliver", "George",  "Harry",   "Jack",  "Noah",    "Liam",   "Ethan",  "Samuel",
    "Henry",  "Edward",  "Andrew", "Ryan",    "Patrick", "Seán",  "Callum",  "Connor", "Elliot", "Zachary"};
constexpr std::string_view kEnglishWomen[] = {
    "Mary", "Patricia", "Jennifer",  "Linda",   "Elizabeth", "Barbara",  "Susan",   "Jessica", "Sarah", "Karen",
    "Emma", "Olivia",   "Charlotte", "Amelia",  "Sophia",    "Isabella", "Grace",   "Emily",   "Chloe", "Hannah",
    "Lucy", "Alice",    "Laura",     "Rebecca", "Rachel",    "Megan",    "Siobhán", "Fiona",   "Zoë",   "Abigail"};
constexpr FamilyName kEnglishFamilies[] = {{"Smith", "Smith"},
                                           {"Johnson", "Johnson"},
                                           {"Williams", "Williams"},
                                           {"Brown", "Brown"},
                                           {"Jones", "Jones"},
                                           {"Taylor", "Taylor"},
                                           {"Davies", "Davies"},
                                           {"Miller", "Miller"},
                                           {"Wilson", "Wilson"},
                                           {"Moore", "Moore"},
                                           {"Anderson", "Anderson"},
                                           {"Thomas", "Thomas"},
                                           {"Jackson", "Jackson"},
                                           {"White", "White"},
                                           {"Harris", "Harris"},
                                           {"Martin", "Martin"},
                                           {"Thompson", "Thompson"},
                                           {"Robinson", "Robinson"},
                                           {"Clark", "Clark"},
                                           {"Lewis", "Lewis"},
                                           {"Walker", "Walker"},
                                           {"Hall", "Hall"},
                                           {"Young", "Young"},
                                           {"King", "King"},
                                           {"Wright", "Wright"},
                                           {"Hill", "Hill"},
                                           {"Green", "Green"},
                                           {"Baker", "Baker"},
                                           {"Carter", "Carter"},
                                           {"Mitchell", "Mitchell"},
                                           {"Turner", "Turner"},
                                           {"Phillips", "Phillips"},
                                           {"Campbell", "Campbell"},
                                           {"Parker", "Parker"},
                                           {"Evans", "Evans"},
                                           {"Edwards", "Edwards"},
                                           {"Collins", "Collins"},
                                           {"Stewart", "Stewart"},
                                           {"Morris", "Morris"},
                                           {"Rogers", "Rogers"},
                                           {"Cook", "Cook"},
                                           {"Morgan", "Morgan"},
                                           {"Murphy", "Murphy"},
                                           {"Bailey", "Bailey"},
                                           {"Cooper", "Cooper"},
                                           {"Kelly", "Kelly"},
                                           {"Howard", "Howard"},
                                           {"Ward", "Ward"},
                                           {"Hughes", "Hughes"},
                                           {"Watson", "Watson"},
                                           {"Bennett", "Bennett"},
                                           {"Gray", "Gray"},
                                           {"Foster", "Foster"},
                                           {"Russell", "Russell"},
                                           {"Griffin", "Griffin"},
                                           {"O'Brien", "O'Brien"},
                                           {"O'Connor", "O'Connor"},
                                           {"MacDonald", "MacDonald"},
                                           {"Fitzgerald", "Fitzgerald"},
                                           {"Ó Súilleabháin", "Ní Shúilleabháin"}};

constexpr std::string_view kPolishNotes[] = {"prosi o kontakt po 17:00",
                                             "stały klient, rabat 5%",
                                             "dzwonić tylko w piątki",
                                             "zwrot w toku",
                                             "adres do korekty, ul. Żółta 7",
                                             "klient \"hurtowy\"",
                                             "reklamacja rozpatrzona\nproszę nie dzwonić",
                                             "VIP"};
constexpr std::string_view kRussianNotes[] = {"перезвонить после обеда",
                                              "постоянный клиент, скидка 5%",
                                              "просит не звонить",
                                              "возврат оформлен",
                                              "уточнить адрес, ул. Ёлочная 7",
                                              "клиент \"оптовый\"",
                                              "жалоба рассмотрена\nне беспокоить",
                                              "VIP"};
constexpr std::string_view kEnglishNotes[] = {"call after 5 pm",
                                              "loyal customer, 5% discount",
                                              "no phone calls, e-mail only",
                                              "refund pending",
                                              "check the address, 7 O'Connell St",
                                              "the \"wholesale\" account",
                                              "complaint settled\ndo not call",
                                              "VIP"};

constexpr std::string_view kSources[] = {"website", "shop",    "facebook", "google-ads", "referral", "event",
                                         "partner", "allegro", "vk",       "podcast",    "leaflet",  "call-centre"};
constexpr std::string_view kInterests[] = {
    "fashion", "cooking", "travel", "sport",  "books",   "music",    "gaming",   "garden", "film",      "cars",
    "health",  "pets",    "home",   "beauty", "kids",    "tech",     "finance",  "art",    "cycling",   "running",
    "yoga",    "fishing", "hiking", "photo",  "theatre", "football", "tennis",   "skiing", "sailing",   "chess",
    "history", "science", "wine",   "coffee", "tea",     "diy",      "knitting", "opera",  "astronomy", "beekeeping"};
constexpr std::string_view kPlans[] = {"free", "basic", "standard", "premium", "enterprise"};
constexpr std::string_view kPolishDomains[] = {"poczta.example", "example.com", "skrzynka.example", "firma.example"};
constexpr std::string_view kRussianDomains[] = {"pochta.example", "example.net", "yashchik.example", "kontora.example"};
constexpr std::string_view kEnglishDomains[] = {"mail.example", "example.org", "post.example", "office.example"};

constexpr std::string_view kHeadTags[] = {
    "newsletter",     "klient",    "active",    "mobile-app", "sms",       "promo", "vip",         "покупатель",
    "abandoned-cart", "returning", "urodziny",  "loyalty",    "webinar",   "b2b",   "reklamacja",  "скидка",
    "gift-card",      "survey",    "wholesale", "blacklist",  "ambasador", "press", "beta-tester", "staff"};
constexpr std::string_view kCampaigns[] = {"promo", "webinar", "ankieta",  "акция",
                                           "event", "konkurs", "рассылка", "survey"};
constexpr std::string_view kTopics[] = {"black-friday", "boże-narodzenie", "wiosna",     "лето",    "back-to-school",
                                        "walentynki",   "новый-год",       "easter",     "zima",    "осень",
                                        "outlet",       "premiera",        "распродажа", "launch",  "dzień-matki",
                                        "8-марта",      "summer",          "jubileusz",  "клуб",    "weekend",
                                        "targi",        "выставка",        "relocation", "pilotaż", "архив"};

}  // namespace

std::string_view codeOf(Language language) {
  switch (language) {
    case Language::polish: return "pl";
    case Language::russian: return "ru";
    case Language::english: break;
  }
  return "en";
}

namespace {

// The one of three tables that belongs to a language.
template <class T>
std::span<const T> choose(Language language, std::span<const T> polish, std::span<const T> russian,
                          std::span<const T> english) {
  if (language == Language::polish) return polish;
  return language == Language::russian ? russian : english;
}

}  // namespace

Words maleNames(Language language) { return choose<std::string_view>(language, kPolishMen, kRussianMen, kEnglishMen); }

Words femaleNames(Language language) {
  return choose<std::string_view>(language, kPolishWomen, kRussianWomen, kEnglishWomen);
}

std::span<const FamilyName> familyNames(Language language) {
  return choose<FamilyName>(language, kPolishFamilies, kRussianFamilies, kEnglishFamilies);
}

Words notes(Language language) {
  return choose<std::string_view>(language, kPolishNotes, kRussianNotes, kEnglishNotes);
}

Words mailDomains(Language language) {
  return choose<std::string_view>(language, kPolishDomains, kRussianDomains, kEnglishDomains);
}

Words organicSources() { return kSources; }
Words interests() { return kInterests; }
Words plans() { return kPlans; }

std::vector<std::string> tags() {
  std::vector<std::string> all(std::begin(kHeadTags), std::end(kHeadTags));
  for (const std::string_view topic : kTopics) {
    for (const std::string_view campaign : kCampaigns) {
      std::string tag(campaign);
      tag += '-';
      tag += topic;
      all.push_back(std::move(tag));
    }
  }
  return all;
}

std::string toAscii(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kLetters[] = {
      {"ą", "a"},  {"ć", "c"},  {"ę", "e"},  {"ł", "l"},  {"ń", "n"},    {"ó", "o"},  {"ś", "s"},  {"ź", "z"},
      {"ż", "z"},  {"Ł", "l"},  {"Ó", "o"},  {"Ś", "s"},  {"Ź", "z"},    {"Ż", "z"},  {"á", "a"},  {"ë", "e"},
      {"ú", "u"},  {"í", "i"},  {"а", "a"},  {"б", "b"},  {"в", "v"},    {"г", "g"},  {"д", "d"},  {"е", "e"},
      {"ё", "yo"}, {"ж", "zh"}, {"з", "z"},  {"и", "i"},  {"й", "y"},    {"к", "k"},  {"л", "l"},  {"м", "m"},
      {"н", "n"},  {"о", "o"},  {"п", "p"},  {"р", "r"},  {"с", "s"},    {"т", "t"},  {"у", "u"},  {"ф", "f"},
      {"х", "kh"}, {"ц", "ts"}, {"ч", "ch"}, {"ш", "sh"}, {"щ", "shch"}, {"ь", ""},   {"э", "e"},  {"ю", "yu"},
      {"я", "ya"}, {"А", "a"},  {"Б", "b"},  {"В", "v"},  {"Г", "g"},    {"Д", "d"},  {"Е", "e"},  {"Ж", "zh"},
      {"З", "z"},  {"И", "i"},  {"К", "k"},  {"Л", "l"},  {"М", "m"},    {"Н", "n"},  {"О", "o"},  {"П", "p"},
      {"Р", "r"},  {"С", "s"},  {"Т", "t"},  {"Ф", "f"},  {"Ц", "ts"},   {"Ч", "ch"}, {"Ш", "sh"}, {"Щ", "shch"},
      {"Э", "e"},  {"Ю", "yu"}, {"Я", "ya"}};
  std::string ascii;
  for (std::size_t i = 0; i < name.size();) {
    const char byte = name[i];
    if (static_cast<unsigned char>(byte) < 0x80) {
      if (byte >= 'A' && byte <= 'Z') ascii += static_cast<char>(byte - 'A' + 'a');
      if (byte >= 'a' && byte <= 'z') ascii += byte;
      ++i;
      continue;
    }
    // Every other letter in the tables takes two bytes.
    const std::string_view letter = name.substr(i, 2);
    for (const auto& [from, to] : kLetters) {
      if (from == letter) ascii += to;
    }
    i += 2;
  }
  return ascii;
}

}  // namespace roster::generator
