#include "client/source/known_headers.h"

#include <map>
#include <string>

namespace exposure {
namespace {

using Meanings = std::map<std::string, HeaderMeaning, std::less<>>;

void Add(Meanings& meanings, HeaderMeaning meaning, std::initializer_list<const char*> headers) {
  for (const char* header : headers) meanings[header] = meaning;
}

// As Simplify writes them. A collar number is never a key: it is given again to others.
Meanings MakeMeanings() {
  Meanings m;
  Add(m, {v1::CATEGORY_PAY_NUMBER, "pay"},
      {"payno", "payid", "payrollno", "payroll", "payrollid", "payref", "payrollref"});
  Add(m, {v1::CATEGORY_SERVICE_NUMBER, "service"},
      {"serviceno", "serviceid", "employeeno", "employeeid", "empno", "empid", "staffno", "staffid", "personnelno",
       "personnelid", "personno", "fin", "forceid", "forceidentificationno", "officerno", "officerid"});
  Add(m, {v1::CATEGORY_WARRANT_NUMBER, "warrant"}, {"warrantno", "warrant", "warrantcardno", "warrantcard"});
  Add(m, {v1::CATEGORY_COLLAR_NUMBER, ""},
      {"collarno", "collar", "shoulderno", "shoulder", "epauletteno", "shouldercollarno", "collarshoulderno"});
  Add(m, {v1::CATEGORY_NAME, ""},
      {"name",          "fullname",     "surname",     "lastname",   "familyname", "forename",    "forenames",
       "firstname",     "firstnames",   "givenname",   "givennames", "middlename", "middlenames", "knownas",
       "preferredname", "employeename", "officername", "staffname",  "maidenname", "formername"});
  Add(m, {v1::CATEGORY_INITIALS, ""}, {"initials", "initial", "firstinitial", "inits"});
  Add(m, {v1::CATEGORY_RANK_OR_GRADE, ""},
      {"rank", "grade", "rankgrade", "rankorgrade", "gradecode", "rankcode", "gradename"});
  Add(m, {v1::CATEGORY_ROLE, ""},
      {"role", "jobtitle", "job", "jobfamily", "position", "positiontitle", "post", "posttitle", "postname",
       "occupation"});
  Add(m, {v1::CATEGORY_UNIT, ""},
      {"unit", "team", "department", "dept", "section", "branch", "division", "directorate", "orgunit", "bcu",
       "orglevel1", "orglevel2", "orglevel3"});
  Add(m, {v1::CATEGORY_LOCATION, ""},
      {"location", "station", "district", "area", "region", "building", "site", "base", "workplace", "placeofwork"});
  Add(m, {v1::CATEGORY_PHOTO, ""}, {"photo", "photograph", "photoref", "photofile", "image", "picture"});
  Add(m, {v1::CATEGORY_VETTING_LEVEL, ""},
      {"vetting", "vettinglevel", "clearance", "securityclearance", "vettingstatus"});
  Add(m, {v1::CATEGORY_GENDER, ""}, {"gender", "sex"});
  Add(m, {v1::CATEGORY_CONTRACT_TYPE, ""},
      {"contract", "contracttype", "employeegroup", "employmenttype", "hours", "fte", "fulltimeparttime"});
  Add(m, {v1::CATEGORY_PAY, ""},
      {"pay", "salary", "basicpay", "grosspay", "netpay", "payscale", "paypoint", "allowance"});
  Add(m, {v1::CATEGORY_NATIONAL_INSURANCE_NUMBER, ""},
      {"nino", "ni", "nationalinsuranceno", "nationalinsurance", "natinsno"});
  Add(m, {v1::CATEGORY_DATE_OF_BIRTH, ""}, {"dob", "dateofbirth", "birthdate", "birthday", "born"});
  Add(m, {v1::CATEGORY_WORK_EMAIL, ""}, {"workemail", "workemailaddress", "officeemail", "forceemail"});
  Add(m, {v1::CATEGORY_PERSONAL_EMAIL, ""}, {"personalemail", "homeemail", "privateemail", "personalemailaddress"});
  Add(m, {v1::CATEGORY_PHONE, ""},
      {"phone", "phoneno", "telephone", "telephoneno", "tel", "telno", "mobile", "mobileno", "homephone", "workphone"});
  Add(m, {v1::CATEGORY_HOME_ADDRESS, ""},
      {"address", "homeaddress", "address1", "address2", "address3", "addressline1", "addressline2", "addressline3",
       "postcode", "homepostcode", "street", "town", "county"});
  Add(m, {v1::CATEGORY_BANK_DETAILS, ""},
      {"bankaccount", "accountno", "bankaccountno", "sortcode", "iban", "bankdetails"});
  Add(m, {v1::CATEGORY_HEALTH, ""}, {"health", "sickness", "sicknessreason", "absencereason", "disability", "medical"});
  Add(m, {v1::CATEGORY_CASE_TEXT, ""},
      {"offence", "offencedetails", "offencedescription", "casenotes", "casedetails", "crimeref", "crimereference",
       "mo"});
  Add(m, {v1::CATEGORY_FOOTAGE, ""}, {"footage", "video", "clip", "bodywornvideo"});
  return m;
}

// "Payroll Number" and "PAYROLL_NO." are "payrollno".
std::string Simplify(std::string_view header) {
  std::string simple;
  for (const char c : header) {
    if (c >= 'A' && c <= 'Z') simple.push_back(static_cast<char>(c - 'A' + 'a'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) simple.push_back(c);
  }
  for (const std::string_view number : {"number", "num", "nr"}) {
    if (simple.size() > number.size() && simple.ends_with(number)) {
      simple.replace(simple.size() - number.size(), number.size(), "no");
      break;
    }
  }
  return simple;
}

}  // namespace

const HeaderMeaning* MeaningOf(std::string_view header) {
  static const auto* meanings = new Meanings(MakeMeanings());
  if (header.size() > 64) return nullptr;
  const auto it = meanings->find(Simplify(header));
  return it == meanings->end() ? nullptr : &it->second;
}

}  // namespace exposure
