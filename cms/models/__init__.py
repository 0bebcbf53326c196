"""The board's pages and what they refer to."""

from cms.models.category import Category, CategoryInLanguage
from cms.models.company import Company
from cms.models.former_address import FormerAddress
from cms.models.home_page import HomePage
from cms.models.job_index_page import BoardInLanguage, JobIndexPage
from cms.models.job_location import JobLocation
from cms.models.job_page import JobPage
from cms.models.password_asked import PasswordAsked
from cms.models.searched_text import SearchedText
from cms.models.session_stamp import SessionStamp
from cms.models.sign_in_rules import SignInRules
from cms.models.text_print import TextPrint

__all__ = [
    "BoardInLanguage",
    "Category",
    "CategoryInLanguage",
    "Company",
    "FormerAddress",
    "HomePage",
    "JobIndexPage",
    "JobLocation",
    "JobPage",
    "PasswordAsked",
    "SearchedText",
    "SessionStamp",
    "SignInRules",
    "TextPrint",
]
