// Starts the widgets that Wagtail starts by scripts within its pages, which the board's Content Security Policy does not allow.
//
// The templates in cms/templates/wagtailadmin write an element with this controller in place of each such script; it starts what it names
// whenever it comes into the page, as a part of it or later.
"use strict";

(() => {
  const chooser = ({ withValue, idValue, optionsValue }) => new window[withValue](idValue, optionsValue);

  const WIDGETS = {
    Chooser: chooser,
    DocumentChooser: chooser,
    ImageChooser: chooser,
    PageChooser: chooser,
    SnippetChooser: chooser,
    createTaskChooser: ({ idValue }) => window.createTaskChooser(idValue),
    initDateChooser: ({ idValue, optionsValue }) => window.initDateChooser(idValue, optionsValue),
    initTimeChooser: ({ idValue, optionsValue }) => window.initTimeChooser(idValue, optionsValue),
    initDateTimeChooser: ({ idValue, optionsValue }) => window.initDateTimeChooser(idValue, optionsValue),
    InlinePanel: ({ optionsValue }) => new window.InlinePanel(optionsValue),
  };

  class Start extends window.StimulusModule.Controller {
    static values = { with: String, id: String, options: Object };

    connect() {
      WIDGETS[this.withValue](this);
      // once only, even if the element is moved
      this.element.removeAttribute("data-controller");
    }
  }

  const register = () => window.wagtail.app.register("start", Start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", register);
  else register();
})();
